"""How staff narrow down the list of documents in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.admin import ModelAdmin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter, CheckboxFilter, RadioFilter
from unfold.contrib.filters.forms import AutocompleteDropdownForm

from accounts.queries import workspaces_in_admin
from documents.kinds import Kind
from documents.models import Document

LOW, HIGH = 0.7, 0.9
"""Below LOW somebody should look at the document; from HIGH on it is most likely right."""

CONFIDENCES = {
    "low": (f"Below {LOW * 100:g} %", Q(confidence_score__lt=LOW)),
    "middle": (f"{LOW * 100:g} to {HIGH * 100:g} %", Q(confidence_score__gte=LOW, confidence_score__lt=HIGH)),
    "high": (f"{HIGH * 100:g} % or more", Q(confidence_score__gte=HIGH)),
    "none": ("Not read yet", Q(confidence_score=None)),
}


def confidence_level(score: float | None) -> str:
    """The key of CONFIDENCES that ``score`` falls under."""
    if score is None:
        return "none"
    return "low" if score < LOW else "middle" if score < HIGH else "high"


class KindFilter(CheckboxFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return list(Kind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> QuerySet[Document]:
        chosen = [kind for kind in self.value() if kind in Kind.values]
        return queryset.filter(kind__in=chosen) if chosen else queryset


class ConfidenceFilter(CheckboxFilter):
    title = "confidence"
    parameter_name = "confidence"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(level, label) for level, (label, _) in CONFIDENCES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> QuerySet[Document]:
        chosen = [CONFIDENCES[level][1] for level in self.value() if level in CONFIDENCES]
        return queryset.filter(Q(*chosen, _connector=Q.OR)) if chosen else queryset


class WarningsFilter(RadioFilter):
    title = "warnings"
    parameter_name = "warnings"
    conditions: ClassVar[dict[str, Q]] = {"yes": Q(warning_count__gt=0), "no": Q(warning_count=0)}

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("yes", "With warnings"), ("no", "Without warnings")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> QuerySet[Document]:
        return queryset.filter(self.conditions.get(self.value(), Q()))


class VisibleWorkspaceForm(AutocompleteDropdownForm):
    """Its parent would show the name of any workspace whose id somebody puts into the address."""

    def __init__(self, request: HttpRequest, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, name, *args, **kwargs)
        self.fields[name].queryset = workspaces_in_admin(request.user)


class WorkspaceFilter(AutocompleteSelectFilter):
    form_class = VisibleWorkspaceForm
