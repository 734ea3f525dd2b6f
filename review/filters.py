"""How staff narrow down the queue; all of it stands in the address, also for "next document"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import CheckboxFilter, MultipleDropdownFilter, RadioFilter, TextFilter

from review.models import OPEN, ReviewTask, State
from review.queries import reasons_among
from review.reasons import label


class StateFilter(CheckboxFilter):
    """Without a choice: what is still to be decided."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReviewTask]) -> QuerySet[ReviewTask]:
        chosen = [state for state in self.value() if state in State.values]
        return queryset.filter(state__in=chosen or OPEN)


class MineFilter(RadioFilter):
    title = "reviewer"
    parameter_name = "reviewer"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("me", "Mine"), ("nobody", "Nobody's"), ("others", "Other people's")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReviewTask]) -> QuerySet[ReviewTask]:
        me = Q(reviewer=request.user.pk)
        conditions = {"me": me, "nobody": Q(reviewer=None), "others": ~me & Q(reviewer__isnull=False)}
        return queryset.filter(conditions.get(self.value(), Q()))


class ReasonFilter(MultipleDropdownFilter):
    """Offers the reasons of open tasks, each with how many there are."""

    title = "reason"
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        found = reasons_among(model_admin.get_queryset(request)) if request.method == "GET" else []  # a list is shown
        chosen = [(code, 0) for code in request.GET.getlist("reason") if code not in dict(found)]
        return [(code, f"{label(code)} ({count:,})") for code, count in [*found, *chosen]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReviewTask]) -> QuerySet[ReviewTask]:
        chosen = self.value()
        if not chosen:
            return queryset
        return queryset.filter(Q(*(("reason_codes__contains", [code]) for code in chosen), _connector=Q.OR))

    def value(self) -> list[str]:
        chosen: list[str] = self.request.GET.getlist("reason")
        return chosen


class VendorFilter(TextFilter):
    title = "vendor"
    parameter_name = "vendor"

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReviewTask]) -> QuerySet[ReviewTask]:
        return queryset.filter(vendor_name__icontains=self.value()) if self.value() else queryset


class AgeFilter(RadioFilter):
    title = "age"
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("1", "More than a day"), ("3", "More than three days"), ("7", "More than a week")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReviewTask]) -> QuerySet[ReviewTask]:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(arrived_at__lt=timezone.now() - timedelta(days=int(self.value())))
