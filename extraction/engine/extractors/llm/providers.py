"""From settings to a model. The client libraries take a second to load, so they are loaded when they are used."""

from __future__ import annotations

from extraction.engine.extractors.llm.model import ChatModel
from extraction.engine.extractors.llm.settings import LlmSettings


def model_for(settings: LlmSettings) -> ChatModel:
    """The adapter of the provider."""
    if settings.provider == "anthropic":
        from extraction.engine.extractors.llm.anthropic_messages import AnthropicMessages

        return AnthropicMessages(settings)
    from extraction.engine.extractors.llm.openai_chat import OpenAIChat

    return OpenAIChat(settings)
