"""Query parameters of the list of documents. A value that means nothing, an empty one too, is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

import django_filters
from django import forms
from django.db.models import F, Model, QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from documents.kinds import Kind
from documents.models import Document
from documents.states import ReviewStatus, Status

M = TypeVar("M", bound=Model)

ORDERINGS = ("created_at", "updated_at", "processed_at", "original_filename", "file_size", "confidence_score", "status")
NEWEST_FIRST = "-created_at"


class MomentField(forms.Field):
    """An ISO 8601 date (its beginning, UTC) or time (UTC unless it says otherwise)."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "Must be an ISO 8601 date or time."}

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            day = parse_date(value)
            # A plus sign that was not encoded arrives as a space.
            moment = datetime(day.year, day.month, day.day) if day else parse_datetime(value.replace(" ", "+"))
            return None if moment is None else moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            return None

    def clean(self, value: Any) -> datetime | None:
        moment = self.to_python(value)
        if moment is None and value not in self.empty_values:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentFilter(django_filters.Filter):  # type: ignore[misc]  # untyped
    field_class = MomentField


class TruthField(forms.Field):
    """``true`` or ``false``; ``1`` and ``0`` will do."""

    meanings: ClassVar[dict[str, bool]] = {"true": True, "1": True, "false": False, "0": False}

    def clean(self, value: Any) -> bool | None:
        if value in self.empty_values:
            return None
        try:
            return self.meanings[str(value).lower()]
        except KeyError:
            raise forms.ValidationError("Must be true or false.", code="invalid") from None


class TruthFilter(django_filters.BooleanFilter):  # type: ignore[misc]  # untyped
    """Django's own takes what is neither for "not given"."""

    field_class = TruthField


class FilterForm(forms.Form):
    """Forms on web pages send empty fields for "not given"; in a query an empty value is a mistake."""

    def clean(self) -> dict[str, Any]:
        for name, field in self.fields.items():
            if self.data.get(name) == "" and type(field) is not forms.CharField:
                self.add_error(name, "Must not be empty.")
        return self.cleaned_data


def in_order(queryset: QuerySet[M], value: str) -> QuerySet[M]:
    """Unknown values come last either way; the id decides between equal ones, so that pages never overlap."""
    field = F(value.removeprefix("-"))
    if value.startswith("-"):
        return queryset.order_by(field.desc(nulls_last=True), "-id")
    return queryset.order_by(field.asc(nulls_last=True), "id")


def orderings(names: Iterable[str]) -> list[tuple[str, str]]:
    """The choices of a filter that calls :func:`in_order`."""
    return [(sign + name, sign + name) for name in names for sign in ("", "-")]


class DocumentFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped
    status = django_filters.ChoiceFilter(choices=Status.choices, help_text="Where it stands.")
    kind = django_filters.ChoiceFilter(choices=Kind.choices, help_text="What it was found to be.")
    review_status = django_filters.ChoiceFilter(
        choices=ReviewStatus.choices, help_text="Whether a person has to look at it, or did."
    )
    workspace_id = django_filters.UUIDFilter(help_text="Only documents of this workspace.")
    created_after = MomentFilter(field_name="created_at", lookup_expr="gte", help_text="From this date or time on.")
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt", help_text="Before this date or time.")
    filename = django_filters.CharFilter(
        field_name="original_filename", lookup_expr="icontains", max_length=255, help_text="Part of the file name."
    )
    ordering = django_filters.ChoiceFilter(
        method="ordered",
        choices=orderings(ORDERINGS),
        help_text=f"With a minus: downwards. Default {NEWEST_FIRST}.",
    )

    class Meta:
        model = Document
        fields: ClassVar[list[str]] = []
        form = FilterForm

    def ordered(self, queryset: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        return in_order(queryset, value)
