"""What a language model is to the engine: asked one question, it says something that should be one JSON object."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from extraction.engine.errors import EngineError

MAX_ANSWER_TOKENS = 2_000
"""Values of a dozen header fields take a few hundred; some models think before they answer."""

CHARACTERS_PER_TOKEN = 2
"""Of text full of numbers and names, on the safe side: prose has four."""

MOST_TOKENS = 10_000_000
"""No question takes so many: a server that reports more is not believed."""


class ModelFailed(EngineError):
    """There was no answer, or none in the form asked for. The first reading stands.

    ``code`` says whom to ask: the operator about key, model and address, or the server about the rest. Tokens are
    those of an answer that could not be used.
    """

    code = "second_reader_failed"
    message = "The second reader did not answer."

    def __init__(self, code: str = code, *, input_tokens: int = 0, output_tokens: int = 0) -> None:
        super().__init__()
        self.code = code
        self.input_tokens = input_tokens
        self.output_tokens = output_tokens


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """``rules`` is what the model is told by us, ``document`` holds the fenced data; ``schema`` is a JSON Schema."""

    rules: str
    document: str
    schema: dict[str, Any]


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What was said, and what it took."""

    text: str
    input_tokens: int
    output_tokens: int


class ChatModel(Protocol):
    """One provider's API. Raises ModelFailed when nothing was said."""

    def ask(self, question: Question) -> Reply: ...


def reply(question: Question, text: object, asked_tokens: object, said_tokens: object) -> Reply:
    """What a server sent, of whatever type it is. Tokens that it does not report are estimated."""
    said = text if isinstance(text, str) else ""
    shown = question.rules + question.document + str(question.schema)
    return Reply(text=said, input_tokens=_tokens(asked_tokens, shown), output_tokens=_tokens(said_tokens, said))


def _tokens(reported: object, text: str) -> int:
    if isinstance(reported, int) and 0 < reported <= MOST_TOKENS:
        return reported
    return len(text.encode("utf-8", "replace")) // CHARACTERS_PER_TOKEN


def answer_in(said: Reply) -> dict[str, Any]:
    """The JSON object that a model wrote; small ones put it into a code fence. Raises ModelFailed."""
    body = said.text.strip()
    if body.startswith("```"):
        body = body.strip("`").removeprefix("json").strip()
    try:
        answer: dict[str, Any] = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, ValueError):
        raise ModelFailed(
            "second_reader_unusable", input_tokens=said.input_tokens, output_tokens=said.output_tokens
        ) from None
    return answer
