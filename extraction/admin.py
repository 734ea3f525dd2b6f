"""The admin of jobs (to look at only; work is asked for on documents), of rules and of what vendors taught."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.decorators import display
from unfold.paginator import InfinitePaginator
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.models import User
from accounts.queries import workspaces_in_admin
from accounts.roles import Permission
from accounts.staff import DaysFilter, StaffAdmin, is_staff, minute, signed_in
from audit.models import Event
from documents.queries import visible_in_admin
from extraction import console, learning, policy
from extraction.models import ProcessingJob, RuleLevel, RuleSetting, Vendor


@admin.register(ProcessingJob)
class ProcessingJobAdmin(StaffAdmin):
    list_display = ("document_link", "state", "stage", "trigger", "priority", "attempts", "pages", "took", "created")
    list_display_links = ("state",)
    list_fullwidth = True
    list_filter = (
        ("status", ChoicesCheckboxFilter),
        ("stage", ChoicesCheckboxFilter),
        ("trigger", ChoicesCheckboxFilter),
        ("priority", ChoicesCheckboxFilter),
        ("created_at", DaysFilter),
    )
    search_fields = ("document__original_filename", "error_code__istartswith")
    search_help_text = "A file name, an error code, or the id of a job or document."
    id_fields = ("id", "document_id")
    ordering = ("-created_at", "-id")
    paginator = InfinitePaginator  # every reading adds a row; counting them all would cost more than the page
    fieldsets = (
        (None, {"fields": ("document_link", "status", "stage", "trigger", "priority")}),
        ("Work", {"fields": ("attempts", "pages", "took", "timings", "engine_version")}),
        ("Second reader", {"fields": ("second_reader",)}),
        ("Failure", {"fields": ("error_code", "error_message")}),
        ("Times", {"fields": ("created_at", "available_at", "started_at", "finished_at", "lease_expires_at")}),
    )

    def scope(self, user: User) -> QuerySet[ProcessingJob]:
        visible = ProcessingJob.objects.filter(document__in=visible_in_admin(user))
        return visible.select_related("document").defer("extraction")

    @display(description="document", ordering="document__original_filename")
    def document_link(self, job: ProcessingJob) -> str:
        url = reverse("admin:documents_document_change", args=[job.document_id])
        return format_html(
            '<a class="console-link console-name" href="{}"><bdi title="{}">{}</bdi></a>',
            url,
            job.document,
            job.document,
        )

    @display(description="status", ordering="status", label=console.JOB_COLOURS)
    def state(self, job: ProcessingJob) -> tuple[str, str]:
        return job.status, job.get_status_display()

    @display(description="created", ordering="created_at")
    def created(self, job: ProcessingJob) -> str:
        return minute(job.created_at)

    @display(description="pages")
    def pages(self, job: ProcessingJob) -> str | None:
        return f"{job.pages_done} of {job.pages_total}" if job.pages_total else None

    @display(description="questions")
    def second_reader(self, job: ProcessingJob) -> str | None:
        """What a language model was asked, and what it took."""
        readings = list(job.second_readings.all())
        return render_to_string("console/second_readings.html", {"readings": readings}) if readings else None

    @display(description="took")
    def took(self, job: ProcessingJob) -> str | None:
        return console.seconds_of(job)


class RuleSettingForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    code = forms.ChoiceField(label="Rule", choices=policy.choices, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = RuleSetting
        fields = ("workspace", "code", "setting")


@admin.register(RuleSetting)
class RuleSettingAdmin(StaffAdmin):
    """Rules that a workspace has otherwise than they come; who manages it may change them."""

    form = RuleSettingForm
    list_display = ("code", "workspace", "level", "asks")
    list_filter = (("setting", ChoicesCheckboxFilter),)
    search_fields = ("code", "workspace__name")
    ordering = ("workspace__name", "code")

    def scope(self, user: User) -> QuerySet[RuleSetting]:
        return RuleSetting.objects.filter(workspace__in=workspaces_in_admin(user)).select_related("workspace")

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """For the menu of every page, without a query; the pages of rules ask for themselves."""
        return {"add": False, "change": False, "delete": False, "view": is_staff(request)}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_staff(request) and workspaces_in_admin(request.user, Permission.MANAGE).exists()

    def has_change_permission(self, request: HttpRequest, obj: RuleSetting | None = None) -> bool:
        if not is_staff(request):
            return False
        managed = workspaces_in_admin(request.user, Permission.MANAGE)
        return managed.exists() if obj is None else managed.filter(pk=obj.workspace_id).exists()

    has_delete_permission = has_change_permission

    def get_readonly_fields(self, request: HttpRequest, obj: RuleSetting | None = None) -> tuple[str, ...]:
        """Which rule of which workspace it is about is settled once it is there."""
        return () if obj is None else ("workspace", "code")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(
            db_field, request, queryset=workspaces_in_admin(request.user, Permission.MANAGE), **kwargs
        )

    def save_model(self, request: HttpRequest, obj: RuleSetting, form: Any, change: bool) -> None:
        level = RuleLevel(obj.setting)
        policy.set_rule(workspace=obj.workspace, code=obj.code, setting=level, by=signed_in(request))
        obj.pk = RuleSetting.objects.get(workspace=obj.workspace, code=obj.code).pk

    def delete_model(self, request: HttpRequest, obj: RuleSetting) -> None:
        policy.set_rule(workspace=obj.workspace, code=obj.code, setting=None, by=signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[RuleSetting]) -> None:
        for setting in queryset:
            self.delete_model(request, setting)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Told by the action already; so are the other two."""

    log_change = log_addition

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Event]:
        return []

    @display(description="what it says")
    def asks(self, setting: RuleSetting) -> str:
        return policy.message_of(setting.code)

    @display(description="now", ordering="setting", label={"info": "info", "warning": "warning", "error": "danger"})
    def level(self, setting: RuleSetting) -> tuple[str, str]:
        return setting.setting, setting.get_setting_display()


@admin.register(Vendor)
class VendorAdmin(StaffAdmin):
    """What reviewers taught about vendors; it can be tested, and forgotten."""

    list_display = ("known_as", "workspace", "learned", "state", "replayed")
    search_fields = ("name", "keys__key__icontains")
    ordering = ("name", "id")
    fields = ("name", "workspace", "known_by", "learned", "state", "replayed", "outcome", "id", "created_at")
    readonly_fields = fields
    actions = ("test_and_use", "forget")

    def scope(self, user: User) -> QuerySet[Vendor]:
        visible = Vendor.objects.filter(workspace__in=workspaces_in_admin(user)).select_related("workspace")
        return visible.annotate(confirmed=Count("confirmations", distinct=True))

    def get_actions(self, request: HttpRequest) -> Any:
        managed = workspaces_in_admin(request.user, Permission.MANAGE).exists()
        return super().get_actions(request) if managed else {}

    @admin.action(description="Test what was learned, and use it if nothing gets worse")
    def test_and_use(self, request: HttpRequest, queryset: QuerySet[Vendor]) -> None:
        outcomes = [learning.replay(vendor, by=signed_in(request)) for vendor in self._managed(request, queryset)]
        good = sum(outcome.is_good for outcome in outcomes)
        self.message_user(request, f"{good} of {len(outcomes)} make nothing worse and are used from now on.")

    @admin.action(description="Forget what was learned")
    def forget(self, request: HttpRequest, queryset: QuerySet[Vendor]) -> None:
        vendors = list(self._managed(request, queryset))
        for vendor in vendors:
            learning.forget(vendor=vendor, by=signed_in(request))
        self.message_user(request, f"Forgot what {len(vendors)} vendors taught.")

    def _managed(self, request: HttpRequest, queryset: QuerySet[Vendor]) -> QuerySet[Vendor]:
        return queryset.filter(workspace__in=workspaces_in_admin(request.user, Permission.MANAGE))

    @display(description="name", ordering="name")
    def known_as(self, vendor: Vendor) -> str:
        return format_html('<bdi class="console-name" title="{}">{}</bdi>', vendor.name, vendor.name)

    @display(description="known by")
    def known_by(self, vendor: Vendor) -> str:
        return ", ".join(vendor.keys.values_list("key", flat=True))

    @display(description="learned from", ordering="confirmed")
    def learned(self, vendor: Any) -> str:
        return f"{vendor.confirmed} {'document' if vendor.confirmed == 1 else 'documents'}"

    @display(description="state", label={"in use": "success", "not tested": "warning", "not used": "danger"})
    def state(self, vendor: Vendor) -> str:
        if vendor.proposed is None and vendor.memory is not None:
            return "in use"
        return "not used" if vendor.replay.get("worse") else "not tested"

    @display(description="last test", ordering="replayed_at")
    def replayed(self, vendor: Vendor) -> str | None:
        return minute(vendor.replayed_at) if vendor.replayed_at else None

    @display(description="outcome")
    def outcome(self, vendor: Vendor) -> str | None:
        found = vendor.replay
        if not found:
            return None
        worse = ", ".join(sorted({field for _, field in found["worse"]})) or "nothing"
        right = f"{found['before']} fields right before, {found['after']} after"
        dropped = " What was in use made something worse too and is not used any more." if found.get("dropped") else ""
        return f"{found['documents']} documents: {right}; worse: {worse}.{dropped}"
