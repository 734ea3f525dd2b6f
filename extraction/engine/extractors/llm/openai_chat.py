"""The chat completions API: OpenAI, Azure (its v1 address), Ollama, vLLM, llama.cpp and many others."""

from __future__ import annotations

from openai import OpenAI, OpenAIError

from extraction.engine.extractors.llm.model import MAX_ANSWER_TOKENS, ModelFailed, Question, Reply, parsed
from extraction.engine.extractors.llm.settings import LlmSettings


class OpenAIChat:
    """Asks for an answer that keeps to the schema; servers that do not know schemas are told in words as well."""

    def __init__(self, settings: LlmSettings) -> None:
        self._model = settings.model
        # OpenAI's own models know the newer name only, most other servers the older one only.
        self._limit = "max_tokens" if settings.base_url else "max_completion_tokens"
        self._client = OpenAI(
            api_key=settings.api_key,
            base_url=settings.base_url,
            timeout=settings.timeout_seconds,
            max_retries=settings.max_retries,
        )

    def ask(self, question: Question) -> Reply:
        try:
            completion = self._client.chat.completions.create(
                model=self._model,
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
        except OpenAIError as error:
            raise ModelFailed from error
        if not completion.choices:
            raise ModelFailed
        usage = completion.usage
        return Reply(
            answer=parsed(completion.choices[0].message.content),
            input_tokens=usage.prompt_tokens if usage else 0,
            output_tokens=usage.completion_tokens if usage else 0,
        )
