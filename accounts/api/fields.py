"""Kinds of fields that serializers of all apps use."""

from __future__ import annotations

from typing import Any

from django.core.validators import ProhibitNullCharactersValidator, RegexValidator
from rest_framework import serializers

NO_NULLS = RegexValidator(r"^[^\x00]*\Z", "Null characters are not allowed.")
"""In place of the library's own check, which the API's description cannot show."""


class TextField(serializers.CharField):
    """Takes strings only; the library would take numbers too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        own = (each for each in self.validators if not isinstance(each, ProhibitNullCharactersValidator))
        self.validators = [*own, NO_NULLS]

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class EmailField(TextField, serializers.EmailField):
    pass


class TextOrNull(serializers.CharField):
    """Shows as null what the database keeps as an empty string."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **options)

    def to_representation(self, value: str) -> str | None:  # type: ignore[override]
        return value or None


class ChoiceOrNull(serializers.ChoiceField):
    """The same for one of several words."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices, read_only=True, allow_null=True, **options)

    def to_representation(self, value: str) -> str | None:  # type: ignore[override]
        return value or None
