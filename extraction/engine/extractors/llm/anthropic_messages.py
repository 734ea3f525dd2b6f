"""The messages API of Anthropic, with an answer that keeps to the schema."""

from __future__ import annotations

from anthropic import Anthropic, DefaultHttpxClient

from extraction.engine.extractors.llm.connection import bounded, failures
from extraction.engine.extractors.llm.model import MAX_ANSWER_TOKENS, Question, Reply, reply
from extraction.engine.extractors.llm.settings import LlmSettings


class AnthropicMessages:
    """Asks once; the answer is the text of the message."""

    def __init__(self, settings: LlmSettings) -> None:
        self._settings = settings

    def ask(self, question: Question) -> Reply:
        with failures(), self._client() as client:
            message = client.messages.create(
                model=self._settings.model,
                max_tokens=MAX_ANSWER_TOKENS,
                system=question.rules,
                messages=[{"role": "user", "content": question.document}],
                output_config={"format": {"type": "json_schema", "schema": question.schema}},
            )
            text = next((block.text for block in message.content if block.type == "text"), None)
            usage = message.usage
            return reply(question, text, getattr(usage, "input_tokens", None), getattr(usage, "output_tokens", None))

    def _client(self) -> Anthropic:
        return Anthropic(
            api_key=self._settings.api_key,
            base_url=self._settings.base_url,
            timeout=self._settings.timeout_seconds,
            max_retries=self._settings.max_retries,
            http_client=DefaultHttpxClient(**bounded(self._settings.timeout_seconds)),
        )
