"""The admin of policies: what passes unseen, shown with what each threshold would have meant in this workspace."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.decorators import display

from accounts.models import User
from accounts.queries import workspaces_in_admin
from accounts.roles import Permission
from accounts.staff import StaffAdmin, is_staff, signed_in
from audit.models import Event
from documents.filters import WorkspaceFilter
from review import actions, reconsidering, thresholds
from review.forms import PolicyForm, fieldsets_of
from review.models import Automation, ReviewPolicy
from review.reconsidering import Outcome
from review.statistics import curve

AUTOMATION_COLOURS = {Automation.NEVER: "info", Automation.CONFIDENT: "success", Automation.ALWAYS: "warning"}
UNDECIDED = 20
"""Workspaces without a policy that the list names."""
SHOWN_IN_TABLE = 5
"""Percent between two rows of the table that tells the curve in figures."""


class ReviewPolicyAdmin(StaffAdmin):
    """Who manages the workspace decides; the other members may look."""

    form = PolicyForm
    list_display = ("about", "workspace", "passes", "certainty", "exceptions", "sample")
    list_filter = (("workspace", WorkspaceFilter),)
    search_fields = ("workspace__name", "kind")
    ordering = ("workspace__name", "kind")
    list_before_template = "review/policy_default.html"
    change_form_before_template = "review/policy_curve.html"

    class Media:
        css = {"all": ("review/queue.css",)}

    def scope(self, user: User) -> QuerySet[ReviewPolicy]:
        return ReviewPolicy.objects.filter(workspace__in=workspaces_in_admin(user)).select_related("workspace")

    def get_urls(self) -> list[URLPattern]:
        apply = self.admin_site.admin_view(self.apply_view)
        return [path("<uuid:pk>/apply", apply, name="review_reviewpolicy_apply"), *super().get_urls()]

    # --- Rights ------------------------------------------------------------------------------------------------------
    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {"add": False, "change": False, "delete": False, "view": is_staff(request)}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_staff(request) and workspaces_in_admin(request.user, Permission.MANAGE).exists()

    def has_change_permission(self, request: HttpRequest, obj: ReviewPolicy | None = None) -> bool:
        if not is_staff(request):
            return False
        managed = workspaces_in_admin(request.user, Permission.MANAGE)
        return managed.exists() if obj is None else managed.filter(pk=obj.workspace_id).exists()

    has_delete_permission = has_change_permission

    # --- The form ----------------------------------------------------------------------------------------------------
    def get_fieldsets(self, request: HttpRequest, obj: ReviewPolicy | None = None) -> Any:
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets_of(obj)
        return ((None, {"fields": ("workspace", "about", "automation", "certainty", "exceptions", "sample")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: ReviewPolicy | None = None) -> tuple[str, ...]:
        """Which documents of which workspace it is about is settled once it is there."""
        if obj is None:
            return ()
        if self.has_change_permission(request, obj):
            return ("workspace", "about")
        return ("workspace", "about", "automation", "certainty", "exceptions", "sample")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(
            db_field, request, queryset=workspaces_in_admin(request.user, Permission.MANAGE), **kwargs
        )

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        if field is not None and db_field.name == "kind":
            field.choices = [("", "All kinds without a policy of their own"), *db_field.choices]
        return field

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        rules = self._proposed(request) if object_id is None else self.get_object(request, object_id)
        shown = {"about": rules, **_curve_of(rules)} if isinstance(rules, ReviewPolicy) else {}
        response: HttpResponse = super().changeform_view(request, object_id, form_url, shown | (extra_context or {}))
        return response

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        decided = ReviewPolicy.objects.filter(kind="").values("workspace")
        undecided = workspaces_in_admin(request.user).exclude(pk__in=decided).order_by("name")
        default = ReviewPolicy()
        told = {
            "undecided": undecided[:UNDECIDED],
            "default": [self.passes(default)[1].lower(), thresholds.exactly(default.threshold), self.sample(default)],
            "managed": workspaces_in_admin(request.user, Permission.MANAGE),
        }
        response: HttpResponse = super().changelist_view(request, told | (extra_context or {}))
        return response

    def _proposed(self, request: HttpRequest) -> ReviewPolicy | None:
        """That of a workspace which has none yet, where the address names one."""
        named = request.GET.get("workspace", "")
        managed = workspaces_in_admin(request.user, Permission.MANAGE)
        try:
            found = managed.filter(pk=uuid.UUID(named)).first()
        except ValueError:
            return None
        return None if found is None else ReviewPolicy(workspace=found)

    def response_post_save_add(self, request: HttpRequest, obj: ReviewPolicy) -> HttpResponse:
        """On to its page, where the curve is."""
        return HttpResponseRedirect(reverse("admin:review_reviewpolicy_change", args=[obj.pk]))

    def save_model(self, request: HttpRequest, obj: ReviewPolicy, form: Any, change: bool) -> None:
        actions.set_policy(rules=obj, by=signed_in(request))

    def delete_model(self, request: HttpRequest, obj: ReviewPolicy) -> None:
        actions.remove_policy(rules=obj, by=signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ReviewPolicy]) -> None:
        for rules in queryset.filter(workspace__in=workspaces_in_admin(request.user, Permission.MANAGE)):
            self.delete_model(request, rules)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Told by the action already; so are the other two."""

    log_change = log_addition

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Event]:
        return []

    # --- Columns -----------------------------------------------------------------------------------------------------
    @display(description="documents", ordering="kind")
    def about(self, rules: ReviewPolicy) -> str:
        return rules.get_kind_display() or "All other kinds"

    @display(description="pass unseen", ordering="automation", label=AUTOMATION_COLOURS)
    def passes(self, rules: ReviewPolicy) -> tuple[str, str]:
        return rules.automation, rules.get_automation_display().partition(":")[0]

    @display(description="threshold", ordering="threshold")
    def certainty(self, rules: ReviewPolicy) -> str:
        return thresholds.exactly(rules.threshold)

    @display(description="other thresholds")
    def exceptions(self, rules: ReviewPolicy) -> str | None:
        count = len(rules.field_thresholds)
        return f"{count} field{'' if count == 1 else 's'}" if count else None

    @display(description="quality sample", ordering="sample_rate")
    def sample(self, rules: ReviewPolicy) -> str:
        return thresholds.exactly(rules.sample_rate) if rules.sample_rate else "none"

    # --- Open tasks --------------------------------------------------------------------------------------------------
    def apply_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Ask the policy about what is open already: a count first, and the button that does it."""
        rules = self.get_object(request, str(pk))
        assert isinstance(rules, ReviewPolicy)
        if not self.has_change_permission(request, rules):
            raise PermissionDenied
        tasks = reconsidering.concerned(rules.workspace_id, rules.kind)
        count = tasks.count()
        if request.method != "POST":
            return self._ask(request, rules, count)
        page = reverse("admin:review_reviewpolicy_change", args=[pk])
        if count > reconsidering.MAX_AT_ONCE:
            text = (
                f"At most {reconsidering.MAX_AT_ONCE:,} documents at once; there is manage.py reconsider for {count:,}."
            )
            self.message_user(request, text, messages.ERROR)
            return HttpResponseRedirect(page)
        done = Counter(reconsidering.run(tasks, by=signed_in(request)))
        text = f"{done[Outcome.PASSES]:,} pass unseen now, {done[Outcome.STAYS]:,} still need a person."
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(page)

    def _ask(self, request: HttpRequest, rules: ReviewPolicy, count: int) -> HttpResponse:
        small = count <= reconsidering.MAX_AT_ONCE
        found = reconsidering.preview(reconsidering.concerned(rules.workspace_id, rules.kind)) if small else Counter()
        context = {
            **self.admin_site.each_context(request),
            "title": "Apply the policy to open tasks",
            "opts": self.opts,
            "original": rules,
            "count": count,
            "limit": None if small else reconsidering.MAX_AT_ONCE,
            "found": {outcome.value: found[outcome] for outcome in Outcome},
        }
        return TemplateResponse(request, "review/policy_apply.html", context)


def _curve_of(rules: ReviewPolicy) -> dict[str, Any]:
    """The curve of the workspace's own documents, with a sentence for each threshold."""
    points = curve([rules.workspace_id], rules.kind)
    if not points:
        return {"points": ()}
    now = thresholds.nearest(points, rules.threshold)
    return {
        "points": points,
        "drawing": thresholds.drawing(points),
        "now": now,
        "place": thresholds.place(rules.threshold),
        "threshold": thresholds.exactly(rules.threshold),
        "sentence": thresholds.sentence(now),
        "sentences": [thresholds.sentence(point) for point in points],
        "table": [
            (
                thresholds.percent(point.threshold),
                thresholds.percent(point.passing),
                "unknown" if point.wrong is None else thresholds.percent(point.wrong),
                point.documents,
            )
            for point in points
            if round(point.threshold * 100) % SHOWN_IN_TABLE == 0
        ],
    }
