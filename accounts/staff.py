"""The rights of staff in the admin come from their roles in workspaces, never from Django's model permissions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from itertools import chain
from typing import Any, ClassVar

from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline, checkbox
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.views import ChangeList

from accounts.models import User
from audit import log
from audit.models import Event


def signed_in(request: HttpRequest) -> User:
    """Who asks. The admin lets nobody in who is not signed in."""
    assert isinstance(request.user, User)
    return request.user


def is_staff(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_staff


def is_superuser(request: HttpRequest) -> bool:
    return is_staff(request) and request.user.is_superuser


@cache
def _tick_box() -> str:
    return str(checkbox.render(ACTION_CHECKBOX_NAME, "{}"))


def minute(moment: datetime) -> str:
    """A time as the lists show it: UTC, narrow, in order when sorted by eye."""
    html = '<time class="console-time" datetime="{}"><span>{}</span> <span>{}</span></time>'
    return format_html(html, moment.isoformat(), f"{moment:%Y-%m-%d}", f"{moment:%H:%M}")


class DaysFilter(RangeDateFilter):
    """From one day to another, both included, in UTC. What is not a date is passed over."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        first, last = self._day("from"), self._day("to")
        if first is not None:
            queryset = queryset.filter(**{f"{self.field_path}__gte": datetime.combine(first, time.min, UTC)})
        if last is not None:
            queryset = queryset.filter(**{f"{self.field_path}__lte": datetime.combine(last, time.max, UTC)})
        return queryset

    def _day(self, end: str) -> date | None:
        try:
            return date.fromisoformat(self.used_parameters.get(f"{self.field_path}_{end}", ""))
        except ValueError:
            return None


class ReadOnly:
    """Staff may look. What they may do besides is opened by overriding a method."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_staff(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_staff(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class KeysFirst(Paginator):  # type: ignore[type-arg]  # no generic when it runs
    """Finds the keys of a page, for which an index will do, and then reads these rows alone: what comes before the page
    is neither read nor joined with anything."""

    object_list: QuerySet[Any]

    def page(self, number: int | str) -> Page[Any]:
        found: Any = super().page(number)
        keys = list(found.object_list.values_list("pk", flat=True))
        found.object_list = self.object_list.filter(pk__in=keys)
        return found  # type: ignore[no-any-return]


class OneCount(ChangeList):
    """Counts once a page: where nothing narrows the list, the number of results is the number of all."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count


class StaffAdmin(ReadOnly, ModelAdmin):
    """Limited to what :meth:`scope` gives: somebody else's object is a 404, like one that does not exist.

    What is changed here goes to the audit trail; Django's own admin log is not used.
    """

    id_fields: ClassVar[Sequence[str]] = ("id",)
    """What a search term that is a UUID is compared with; other terms go through ``search_fields``."""

    paginator: ClassVar[type] = KeysFirst
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # one count for each choice of each filter
    list_per_page = 50
    list_filter_submit = True
    list_filter_sheet = False  # filters beside the list where there is room

    def scope(self, user: User) -> QuerySet[Any]:
        """All that ``user`` may see here."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.scope(signed_in(request))

    def action_checkbox(self, obj: Model) -> SafeString:
        """Before each row; drawn once, since Unfold renders a template for each."""
        return format_html(_tick_box(), obj.pk)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OneCount]:
        return OneCount

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Nonsense in the address or the form is the sender's mistake, not ours."""
        sent = chain.from_iterable(values for form in (request.GET, request.POST) for _, values in form.lists())
        if any("\0" in str(value) for value in sent):  # a character that the database refuses
            raise BadRequest("The request holds a character that is not allowed.")
        try:
            response: HttpResponse = super().changelist_view(request, extra_context)
        except ValidationError as error:
            raise BadRequest("Something selected is not an id.") from error
        return response

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model:
        found: Model | None = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404(f"There is no {self.opts.verbose_name} with this id.")
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if "\0" in search_term:  # a character that the database refuses
            return queryset.none(), False
        try:
            wanted = uuid.UUID(search_term.strip())
        except ValueError:
            found: tuple[QuerySet[Any], bool] = super().get_search_results(request, queryset, search_term)
            return found
        return queryset.filter(Q(*((name, wanted) for name in self.id_fields), _connector=Q.OR)), False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The history of an object is what the audit trail tells of it."""
        found = self.get_object(request, object_id)
        return HttpResponseRedirect(f"{reverse('admin:audit_event_changelist')}?q={found.pk}")

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return self._record("created", request, obj, changes=message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return self._record("changed", request, obj, changes=message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        return [self._record("deleted", request, obj) for obj in queryset]

    def _record(self, verb: str, request: HttpRequest, obj: Model, **data: Any) -> Event:
        name = str(self.opts.model_name)
        return log.record(f"{name}.{verb}", by=signed_in(request), object_type=name, object_id=obj.pk, **data)


class StaffInline(ReadOnly, TabularInline):
    """Rows of a related model, read-only unless a subclass opens them."""

    extra = 0
    hide_title = True  # the row's own name repeats its cells
