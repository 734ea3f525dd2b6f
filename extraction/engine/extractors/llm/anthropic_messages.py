"""The messages API of Anthropic, with an answer that keeps to the schema."""

from __future__ import annotations

from anthropic import Anthropic, AnthropicError

from extraction.engine.extractors.llm.model import MAX_ANSWER_TOKENS, ModelFailed, Question, Reply, parsed
from extraction.engine.extractors.llm.settings import LlmSettings


class AnthropicMessages:
    """Asks once; the answer is the text of the message."""

    def __init__(self, settings: LlmSettings) -> None:
        self._model = settings.model
        self._client = Anthropic(
            api_key=settings.api_key,
            base_url=settings.base_url,
            timeout=settings.timeout_seconds,
            max_retries=settings.max_retries,
        )

    def ask(self, question: Question) -> Reply:
        try:
            message = self._client.messages.create(
                model=self._model,
                max_tokens=MAX_ANSWER_TOKENS,
                system=question.rules,
                messages=[{"role": "user", "content": question.document}],
                output_config={"format": {"type": "json_schema", "schema": question.schema}},
            )
        except AnthropicError as error:
            raise ModelFailed from error
        text = next((block.text for block in message.content if block.type == "text"), None)
        return Reply(
            answer=parsed(text), input_tokens=message.usage.input_tokens, output_tokens=message.usage.output_tokens
        )
