"""What the operator decides about the second reader."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

Provider = Literal["openai", "anthropic"]


class LlmSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Which model, and how much of it.

    ``openai`` speaks the chat completions API of OpenAI, Azure, Ollama, vLLM and many others, ``anthropic`` the
    messages API. Prices are per million tokens, in whatever currency the operator counts.
    """

    provider: Provider
    model: str
    base_url: str | None = None
    api_key: str = "none"  # local servers ask for none, the client libraries do
    threshold: float = 0.6  # fields below this confidence are asked for
    timeout_seconds: float = 30.0  # of one attempt
    max_retries: int = 2
    max_tokens_per_document: int = 12_000  # of question and answer together
    input_price: Decimal = Decimal(0)
    output_price: Decimal = Decimal(0)

    def cost(self, input_tokens: int, output_tokens: int) -> Decimal:
        """Of so many tokens."""
        return (input_tokens * self.input_price + output_tokens * self.output_price) / 1_000_000
