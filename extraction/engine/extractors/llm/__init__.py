"""A language model as second reader: asked only for what the first reading missed or doubts, believed only when its
answer stands on the page.

``consult`` is no stage of the pipeline and never runs in the sandbox: it talks to a server of the operator's choice.
"""

from __future__ import annotations

from extraction.engine.extractors.llm.asking import wanted_fields
from extraction.engine.extractors.llm.consulting import Consultation, consult
from extraction.engine.extractors.llm.model import ChatModel, ModelFailed
from extraction.engine.extractors.llm.providers import model_for
from extraction.engine.extractors.llm.settings import LlmSettings

__all__ = ["ChatModel", "Consultation", "LlmSettings", "ModelFailed", "consult", "model_for", "wanted_fields"]
