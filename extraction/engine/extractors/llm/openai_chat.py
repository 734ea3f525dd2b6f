"""The chat completions API: OpenAI, Azure (its v1 address), Ollama, vLLM, llama.cpp and many others."""

from __future__ import annotations

from openai import DefaultHttpxClient, OpenAI

from extraction.engine.extractors.llm.connection import bounded, failures
from extraction.engine.extractors.llm.model import MAX_ANSWER_TOKENS, Question, Reply, reply
from extraction.engine.extractors.llm.settings import LlmSettings


class OpenAIChat:
    """Asks for an answer that keeps to the schema; servers that do not know schemas are told in words as well."""

    def __init__(self, settings: LlmSettings) -> None:
        self._settings = settings
        # OpenAI's own models know the newer name only, most other servers the older one only.
        self._limit = "max_tokens" if settings.base_url else "max_completion_tokens"

    def ask(self, question: Question) -> Reply:
        with failures(), self._client() as client:
            completion = client.chat.completions.create(
                model=self._settings.model,
                messages=[
                    {"role": "system", "content": question.rules},
                    {"role": "user", "content": question.document},
                ],
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "fields", "schema": question.schema, "strict": True},
                },
                extra_body={self._limit: MAX_ANSWER_TOKENS},
            )
            usage = completion.usage
            return reply(
                question,
                completion.choices[0].message.content,
                getattr(usage, "prompt_tokens", None),
                getattr(usage, "completion_tokens", None),
            )

    def _client(self) -> OpenAI:
        return OpenAI(
            api_key=self._settings.api_key,
            base_url=self._settings.base_url,
            timeout=self._settings.timeout_seconds,
            max_retries=self._settings.max_retries,
            http_client=DefaultHttpxClient(**bounded(self._settings.timeout_seconds)),
        )
