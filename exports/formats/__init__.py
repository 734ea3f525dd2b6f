"""The formats in which results leave. A new one is a module with a ``FORMAT``, entered here."""

from __future__ import annotations

from exports.formats import csv, json
from exports.formats.contract import Exported, Format

FORMATS: dict[str, Format] = {module.FORMAT.name: module.FORMAT for module in (json, csv)}

__all__ = ["FORMATS", "Exported", "Format"]
