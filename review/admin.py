"""The queue in the admin, and what is done with many tasks at once.

One task opens on the reviewer's screen (:mod:`review.screen`).
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from unfold.decorators import action, display

from accounts.models import User
from accounts.queries import workspaces_in_admin
from accounts.roles import Permission
from accounts.staff import StaffAdmin, is_staff, signed_in
from documents.filters import KindFilter, WorkspaceFilter
from documents.kinds import Kind
from extraction.console import text_of
from review import bulk
from review.actions import claim_next, is_held
from review.doubts import changed_since
from review.filters import AgeFilter, MineFilter, ReasonFilter, StateFilter, VendorFilter
from review.models import ReviewPolicy, ReviewTask, State
from review.panels import PANEL_URLS
from review.plain import PLAIN_URLS
from review.policies import ReviewPolicyAdmin
from review.queries import counts, is_open, visible_in_admin
from review.reasons import told
from review.screen import SCREEN_URLS

STATE_COLOURS = {
    State.TO_REVIEW: "info",
    State.IN_REVIEW: "primary",
    State.POSTPONED: "warning",
    State.APPROVED: "success",
    State.REJECTED: "danger",
}
ONLY_LOOKS = "You may look at these documents; reviewing needs the role Editor."
REASONS_SHOWN = 3
NAMED = 20
"""Tasks that a preview names before it only counts."""


def open_tasks(request: HttpRequest) -> str:
    """How many wait, for the menu of every page: in one query."""
    waiting = ReviewTask.objects.filter(is_open(), workspace__in=workspaces_in_admin(request.user))
    return f"{waiting.count():,}"


def _workspaces(request: HttpRequest, permission: Permission) -> list[Any]:
    """Where the viewer may do this: asked for each action of the list, looked up once."""
    known: dict[Permission, list[Any]] = request.__dict__.setdefault("_review_workspaces", {})
    if permission not in known:
        known[permission] = list(workspaces_in_admin(request.user, permission).values_list("pk", flat=True))
    return known[permission]


def _money(amount: Decimal, currency: str) -> SafeString:
    shown = text_of("total_amount", float(amount))
    return format_html('<span class="review-amount">{} <bdi>{}</bdi></span>', shown, currency)


@admin.register(ReviewTask)
class ReviewTaskAdmin(StaffAdmin):
    list_display = ("name", "kind_name", "why", "at_stake", "age", "status")
    list_display_links = None  # the name is the link
    list_fullwidth = True
    list_per_page = 25  # one works by "next document"; drawing a row costs more than finding it
    list_filter = (
        StateFilter,
        MineFilter,
        ReasonFilter,
        KindFilter,
        VendorFilter,
        AgeFilter,
        ("workspace", WorkspaceFilter),
    )
    search_fields = ("sought",)
    search_help_text = "A file name, vendor, invoice number or document id."
    id_fields = ("id", "document_id")
    list_select_related = ("document", "workspace", "reviewer")
    ordering = ("-priority", "arrived_at", "id")
    change_list_template = "review/queue.html"
    list_before_template = "review/queue_head.html"
    actions = tuple(f"{name}_selected" for name in bulk.OPERATIONS)

    class Media:
        css = {"all": ("review/queue.css",)}

    def scope(self, user: User) -> QuerySet[ReviewTask]:
        return visible_in_admin(user).defer("read_values", "read_confidences", "reason_codes", "sought")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewTask]:
        """Asked for several times a page; the workspaces of the viewer are looked up once."""
        if not hasattr(request, "_review_scope"):
            request._review_scope = super().get_queryset(request)  # type: ignore[attr-defined]
        return request._review_scope.all()  # type: ignore[attr-defined,no-any-return]

    def get_urls(self) -> list[URLPattern]:
        next_view = self.admin_site.admin_view(self.next_view)
        own = [path("next", next_view, name="review_reviewtask_next"), *PLAIN_URLS, *SCREEN_URLS, *PANEL_URLS]
        return [*own, *super().get_urls()]

    # --- Rights ------------------------------------------------------------------------------------------------------
    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {"add": False, "change": False, "delete": False, "view": is_staff(request)}

    def has_review_permission(self, request: HttpRequest) -> bool:
        return bool(_workspaces(request, Permission.REVIEW))

    def has_reprocess_permission(self, request: HttpRequest) -> bool:
        return bool(_workspaces(request, Permission.REPROCESS))

    def only_looks(self, request: HttpRequest) -> bool:
        """Whether something is open, and all of it where the viewer's role does not allow to review."""
        if not hasattr(request, "_review_only_looks"):
            waiting = self.get_queryset(request).filter(is_open()).order_by()
            own = waiting.filter(workspace__in=_workspaces(request, Permission.REVIEW))
            request._review_only_looks = not own.exists() and waiting.exists()  # type: ignore[attr-defined]
        return request._review_only_looks  # type: ignore[attr-defined,no-any-return]

    def get_actions(self, request: HttpRequest) -> Any:
        """None, and so no tick boxes, for who only looks. What is sent all the same is answered: it is forbidden."""
        return {} if request.method == "GET" and self.only_looks(request) else super().get_actions(request)

    # --- Columns -----------------------------------------------------------------------------------------------------
    @display(description="document", ordering="document__original_filename")
    def name(self, task: ReviewTask) -> str:
        name = task.document.original_filename
        link = '<a class="console-name" href="{}" title="{}"><bdi>{}</bdi></a>'
        under = '<bdi class="console-under console-name">{}</bdi>'
        url = reverse("admin:review_task_screen", args=[task.pk])
        return format_html(link + under, url, name, name, task.vendor_name or "no vendor")

    @display(description="kind", ordering="kind")
    def kind_name(self, task: ReviewTask) -> str:
        kind = dict(Kind.choices).get(task.kind, "")
        html = '{}<bdi class="console-under console-name" title="{}">{}</bdi>'
        return format_html(html, kind or "unknown", task.workspace.name, task.workspace.name)

    @display(description="why")
    def why(self, task: ReviewTask) -> str:
        reasons = told(task.reasons)
        shown = format_html_join(
            "",
            '<li data-severity="{}"><span class="review-spoken">{}: </span><bdi>{}</bdi></li>',
            ((reason.severity, reason.severity, reason.text) for reason in reasons[:REASONS_SHOWN]),
        )
        others = [reason.text for reason in reasons[REASONS_SHOWN:]]
        html = '<li class="console-under" title="{}">and {} more</li>'
        more = format_html(html, "; ".join(others), len(others)) if others else ""
        return format_html('<ul class="review-why">{}{}</ul>', shown, more)

    @display(description="at stake", ordering="amount")
    def at_stake(self, task: ReviewTask) -> str | None:
        if task.amount is None:
            return None
        return _money(task.amount, task.currency)

    @display(description="age", ordering="arrived_at")
    def age(self, task: ReviewTask) -> str:
        html = '<time class="review-age" datetime="{}" title="{} UTC">{}</time>'
        arrived = task.arrived_at
        return format_html(html, arrived.isoformat(), f"{arrived:%Y-%m-%d %H:%M}", timesince(arrived, depth=1))

    @display(description="state, reviewer", ordering="state")
    def status(self, task: ReviewTask) -> str:
        """One whose browser was closed is to be reviewed again, whatever its row still says."""
        lost = task.state == State.IN_REVIEW and not is_held(task)
        state = State.TO_REVIEW if lost else State(task.state)
        html = (
            '<span class="review-state" data-colour="{}">{}</span><bdi class="console-under console-name" title="{}">{}'
            '</bdi><bdi class="console-under console-name" title="{}">{}</bdi>'
        )
        reviewer = "" if lost or task.reviewer is None else str(task.reviewer)
        more = self._until(task) or task.reject_reason
        return format_html(html, STATE_COLOURS[state], state.label, reviewer, reviewer, more, more)

    def _until(self, task: ReviewTask) -> str:
        if task.state != State.POSTPONED or task.postponed_until is None:
            return ""
        return f"until {task.postponed_until:%Y-%m-%d %H:%M}" if task.postponed_until > timezone.now() else "due again"

    # --- Pages -------------------------------------------------------------------------------------------------------
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {
            "title": "Review",
            "counts": counts(self.get_queryset(request), signed_in(request)),
            "may_review": self.has_review_permission(request) and not self.only_looks(request),
            "only_looks": ONLY_LOOKS if self.only_looks(request) else "",
            "most_at_once": bulk.MAX_AT_ONCE,
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        task = self.get_object(request, object_id)
        return HttpResponseRedirect(reverse("admin:review_task_screen", args=[task.pk]))

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """Claim the most urgent free task among those that the filters in the address leave, and open it."""
        if request.method != "POST" or not self.has_review_permission(request):
            raise PermissionDenied
        filtered = self.get_changelist_instance(request).get_queryset(request)
        among = filtered.filter(workspace__in=_workspaces(request, Permission.REVIEW))
        task = claim_next(by=signed_in(request), among=among)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        if task is not None:  # the fragment tells this very page that it is the holder
            screen = reverse("admin:review_task_screen", args=[task.pk])
            return HttpResponseRedirect(f"{screen}{query}#holder={task.holder}")
        if request.POST.get("from") == "screen":
            return HttpResponseRedirect(reverse("admin:review_task_done") + query)
        others = " among these" if request.GET else ""
        if self.only_looks(request):
            self.message_user(request, ONLY_LOOKS, messages.INFO)
        else:
            self.message_user(request, f"Nothing is left for you to review{others}. Well done.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:review_reviewtask_changelist") + query)

    # --- Many at once ------------------------------------------------------------------------------------------------
    @action(description="Approve selected", permissions=["review"])
    def approve_selected(self, request: HttpRequest, queryset: QuerySet[ReviewTask]) -> HttpResponse | None:
        return self._bulk(request, queryset, bulk.OPERATIONS["approve"])

    @action(description="Reject selected", permissions=["review"])
    def reject_selected(self, request: HttpRequest, queryset: QuerySet[ReviewTask]) -> HttpResponse | None:
        return self._bulk(request, queryset, bulk.OPERATIONS["reject"])

    @action(description="Postpone selected", permissions=["review"])
    def postpone_selected(self, request: HttpRequest, queryset: QuerySet[ReviewTask]) -> HttpResponse | None:
        return self._bulk(request, queryset, bulk.OPERATIONS["postpone"])

    @action(description="Assign selected", permissions=["review"])
    def assign_selected(self, request: HttpRequest, queryset: QuerySet[ReviewTask]) -> HttpResponse | None:
        return self._bulk(request, queryset, bulk.OPERATIONS["assign"])

    @action(description="Reprocess selected", permissions=["reprocess"])
    def reprocess_selected(self, request: HttpRequest, queryset: QuerySet[ReviewTask]) -> HttpResponse | None:
        return self._bulk(request, queryset, bulk.OPERATIONS["reprocess"])

    def _bulk(
        self, request: HttpRequest, queryset: QuerySet[ReviewTask], operation: bulk.Operation
    ) -> HttpResponse | None:
        """Asks first. What is sent back is what was asked about, whatever the filters leave by then."""
        by = signed_in(request)
        promise = bulk.promised(operation, request.POST.get("promise", ""), by)
        question = bulk.question(operation, promise.tasks, request.POST) if promise else None
        if promise and question and question.is_valid():
            self._tell(request, operation, bulk.carry_out(operation, promise, by=by, answers=question.cleaned_data))
            return None
        planned = bulk.plan(operation, queryset, by)
        if planned.count > bulk.MAX_AT_ONCE:
            limit = f"At most {bulk.MAX_AT_ONCE:,} documents at once, and {planned.count:,} are selected"
            text = (
                f"{limit}: nothing was changed. Narrow them down with the filters, and take one part after the other."
            )
            self.message_user(request, text, messages.ERROR)
            return None
        return self._ask(request, operation, planned, question or bulk.question(operation, planned.ready))

    def _ask(
        self, request: HttpRequest, operation: bulk.Operation, planned: bulk.Plan, question: bulk.Question
    ) -> HttpResponse:
        named = list(planned.ready.select_related("document")[:NAMED])
        now = changed_since(named)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{operation.verb} documents",
            "opts": self.opts,
            "operation": operation,
            "planned": planned,
            "question": question,
            "named": [(task, self.at_stake(task), told(task.reasons), now.get(task.pk)) for task in named],
            "promise": bulk.signed(operation, planned, signed_in(request)),
            "sums": [_money(amount, currency) for amount, currency in planned.at_stake()],
            "unnamed": max(0, planned.count - NAMED),
            "selected": request.POST.getlist(helpers.ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
            "checkbox": helpers.ACTION_CHECKBOX_NAME,
            "media": self.media,
        }
        return TemplateResponse(request, "review/queue_bulk.html", context)

    def _tell(self, request: HttpRequest, operation: bulk.Operation, outcomes: Counter[str]) -> None:
        for reason, count in sorted(outcomes.items()):
            number = "1 document" if count == 1 else f"{count:,} documents"
            if reason:
                self.message_user(request, f"{number} skipped: {reason}", messages.WARNING)
            else:
                self.message_user(request, f"{number} {operation.done}.", messages.SUCCESS)


admin.site.register(ReviewPolicy, ReviewPolicyAdmin)
