"""Query parameters of the list of tasks."""

from __future__ import annotations

from typing import ClassVar

import django_filters
from django.db.models import QuerySet

from documents.api.filters import FilterForm, MomentFilter, TruthFilter, in_order, orderings
from documents.kinds import Kind
from review.models import OPEN, ReviewTask, State

ORDERINGS = ("arrived_at", "updated_at", "decided_at", "priority", "amount", "lowest_confidence")


class TaskFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped
    state = django_filters.ChoiceFilter(choices=State.choices, help_text="Where it stands.")
    open = TruthFilter(method="opened", help_text="Not decided yet.")
    workspace_id = django_filters.UUIDFilter(help_text="Only tasks of this workspace.")
    document_id = django_filters.UUIDFilter(help_text="The task of this document.")
    kind = django_filters.ChoiceFilter(choices=Kind.choices)
    reason = django_filters.CharFilter(
        field_name="reason_codes", lookup_expr="contains", max_length=64, help_text="A code of the reasons."
    )
    vendor = django_filters.CharFilter(
        field_name="vendor_name", lookup_expr="icontains", max_length=255, help_text="Part of the vendor's name."
    )
    search = django_filters.CharFilter(
        field_name="sought",
        lookup_expr="icontains",
        max_length=255,
        help_text="Part of the file name, the vendor's name or the invoice number.",
    )
    mine = TruthFilter(method="of_caller", help_text="Only those that you hold or shall do.")
    arrived_after = MomentFilter(field_name="arrived_at", lookup_expr="gte")
    arrived_before = MomentFilter(field_name="arrived_at", lookup_expr="lt")
    ordering = django_filters.ChoiceFilter(
        method="ordered",
        choices=orderings(ORDERINGS),
        help_text="With a minus: downwards. Without it: the most urgent first, then the oldest.",
    )

    class Meta:
        model = ReviewTask
        fields: ClassVar[list[str]] = []
        form = FilterForm

    def opened(self, queryset: QuerySet[ReviewTask], name: str, value: bool) -> QuerySet[ReviewTask]:
        return queryset.filter(state__in=OPEN) if value else queryset.exclude(state__in=OPEN)

    def ordered(self, queryset: QuerySet[ReviewTask], name: str, value: str) -> QuerySet[ReviewTask]:
        return in_order(queryset, value)

    def of_caller(self, queryset: QuerySet[ReviewTask], name: str, value: bool) -> QuerySet[ReviewTask]:
        return queryset.filter(reviewer=self.request.user) if value else queryset
