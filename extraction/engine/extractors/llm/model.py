"""What a language model is to the engine: asked one question, it gives one JSON object."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from extraction.engine.errors import EngineError

MAX_ANSWER_TOKENS = 2_000
"""Values of a dozen header fields take a few hundred; some models think before they answer."""


class ModelFailed(EngineError):
    """The model did not answer, or not in the form asked for. The first reading stands."""

    code = "second_reader_failed"
    message = "The second reader did not answer."


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """``rules`` is what the model is told by us, ``document`` holds the fenced data; ``schema`` is a JSON Schema."""

    rules: str
    document: str
    schema: dict[str, Any]


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The answer as parsed JSON, and what it took."""

    answer: dict[str, Any]
    input_tokens: int
    output_tokens: int


class ChatModel(Protocol):
    """One provider's API. Raises ModelFailed for anything that is not an answer."""

    def ask(self, question: Question) -> Reply: ...


def parsed(text: str | None) -> dict[str, Any]:
    """The JSON object that a model wrote; small ones put it into a code fence. Raises ModelFailed."""
    body = (text or "").strip()
    if body.startswith("```"):
        body = body.strip("`").removeprefix("json").strip()
    try:
        answer: dict[str, Any] = msgspec.json.decode(body.encode(), type=dict[str, Any])
    except msgspec.DecodeError:
        raise ModelFailed("The second reader did not answer in the form it was asked for.") from None
    return answer
