"""The admin of people, workspaces and the audit trail.

Superusers edit; other staff look at the workspaces they belong to and at the people they share them with.
The audit trail is shown here because it is limited by workspace, and ``audit`` lies below ``accounts``.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django_dramatiq.models import Task
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.paginator import InfinitePaginator

from accounts import actions
from accounts.models import Membership, User, Workspace
from accounts.queries import workspaces_in_admin
from accounts.roles import Role
from accounts.staff import DaysFilter, StaffAdmin, StaffInline, is_superuser, minute
from audit.models import Event

# Other packages register these. Rights come from roles instead of groups, jobs are rows of our own, and
# tokens are nobody's business.
for foreign in (Group, Task, BlacklistedToken, OutstandingToken):
    admin.site.unregister(foreign)


class MembershipInline(StaffInline):
    model = Membership
    fields = ("user", "workspace", "role")
    autocomplete_fields = ("user", "workspace")
    verbose_name, verbose_name_plural = "member", "members"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        visible = workspaces_in_admin(request.user)
        return Membership.objects.filter(workspace__in=visible).select_related("user", "workspace")

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A new row starts with the least of rights, not with the first choice."""
        return super().formfield_for_choice_field(db_field, request, **kwargs, initial=Role.VIEWER)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    has_change_permission = has_delete_permission = has_add_permission


class MembershipOfUserInline(MembershipInline):
    verbose_name, verbose_name_plural = "membership", "member of"


@admin.register(User)
class UserAdmin(StaffAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    """People are switched off rather than deleted: their documents and the audit trail name them."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    inlines = (MembershipOfUserInline,)
    list_display = ("email", "full_name", "active", "rights", "created", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", ("created_at", DaysFilter))
    search_fields = ("email", "full_name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("id", "created_at", "last_login")
    add_fieldsets = ((None, {"fields": ("email", "full_name", "password1", "password2")}),)
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("email", "full_name", "password")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("About the account", {"fields": ("id", "created_at", "last_login")}),
    )

    def scope(self, user: User) -> QuerySet[User]:
        if user.is_superuser:
            return User.objects.all()
        shared = Membership.objects.filter(workspace__in=workspaces_in_admin(user))
        return User.objects.filter(pk__in=shared.values("user"))

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if is_superuser(request):
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("email", "full_name", "is_active")}),)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else ()  # a new user gets a workspace of their own first

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    has_change_permission = has_add_permission

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            actions.create_personal_workspace(user=obj)

    @display(description="created", ordering="created_at")
    def created(self, user: User) -> str:
        return minute(user.created_at)

    @display(description="active", boolean=True, ordering="is_active")
    def active(self, user: User) -> bool:
        return user.is_active

    @display(description="rights", label={"Superuser": "primary", "Staff": "info"})
    def rights(self, user: User) -> str | None:
        return "Superuser" if user.is_superuser else "Staff" if user.is_staff else None


@admin.register(Workspace)
class WorkspaceAdmin(StaffAdmin):
    inlines = (MembershipInline,)
    list_display = ("name", "is_personal", "members_count", "documents_count", "created")
    list_filter = ("is_personal", ("created_at", DaysFilter))
    search_fields = ("name",)
    ordering = ("name", "id")
    fields = ("name", "is_personal", "id", "created_at")
    readonly_fields = ("id", "created_at")

    def scope(self, user: User) -> QuerySet[Workspace]:
        return workspaces_in_admin(user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Workspace]:
        visible: QuerySet[Workspace] = super().get_queryset(request)
        return visible.annotate(members_total=_count("memberships"), documents_total=_count("documents"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    has_change_permission = has_add_permission

    def has_delete_permission(self, request: HttpRequest, obj: Workspace | None = None) -> bool:
        """Only an empty workspace may go: documents are deleted one by one, with their files and an event each."""
        return is_superuser(request) and obj is not None and not obj.documents.exists()

    @display(description="created", ordering="created_at")
    def created(self, workspace: Workspace) -> str:
        return minute(workspace.created_at)

    @display(description="members", ordering="members_total")
    def members_count(self, workspace: Any) -> int:
        return int(workspace.members_total)

    @display(description="documents", ordering="documents_total")
    def documents_count(self, workspace: Any) -> int:
        return int(workspace.documents_total)


def _count(relation: str) -> Subquery:
    """The number of related rows, as a subquery: two joins in one query would multiply each other's rows."""
    one = Workspace.objects.filter(pk=OuterRef("pk")).annotate(total=Count(relation))
    return Subquery(one.order_by().values("total"))


PAGES = {
    "document": "admin:documents_document_change",
    "job": "admin:extraction_processingjob_change",
    "user": "admin:accounts_user_change",
    "vendor": "admin:extraction_vendor_change",
    "workspace": "admin:accounts_workspace_change",
}
"""Where an event's object is shown, by its type."""


@admin.register(Event)
class EventAdmin(StaffAdmin):
    list_display = ("when", "what", "actor", "about", "workspace_name")
    list_filter = (("created_at", DaysFilter),)
    search_fields = ("action__istartswith", "actor_label__icontains", "request_id__exact")
    search_help_text = "An action, an e-mail address, a request id, or the id of a document, job, user or workspace."
    id_fields = ("object_id", "workspace_id", "actor_id")
    ordering = ("-id",)
    paginator = InfinitePaginator  # counting an ever-growing table would cost more than the page
    fields = ("created_at", "action", "actor_label", "about", "workspace_name", "request_id", "details")

    def scope(self, user: User) -> QuerySet[Event]:
        """Staff see what happened in their workspaces; what belongs to none is for superusers."""
        if user.is_superuser:
            return Event.objects.all()
        return Event.objects.filter(workspace_id__in=workspaces_in_admin(user).values("pk"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        name = Workspace.objects.filter(pk=OuterRef("workspace_id")).values("name")
        events: QuerySet[Event] = super().get_queryset(request)
        return events.annotate(workspace_called=Subquery(name))

    @display(description="time", ordering="id")
    def when(self, event: Event) -> str:
        return minute(event.created_at)

    @display(description="action", ordering="action")
    def what(self, event: Event) -> str:
        return format_html("<code>{}</code>", event.action)

    @display(description="actor", ordering="actor_label")
    def actor(self, event: Event) -> str:
        return event.actor_label

    @display(description="about")
    def about(self, event: Event) -> str:
        page = PAGES.get(event.object_type)
        if page is None or event.object_id is None:
            return event.object_type
        url = reverse(page, args=[event.object_id])
        return format_html(
            '<a class="console-link" href="{}">{} {}…</a>', url, event.object_type, str(event.object_id)[:8]
        )

    @display(description="workspace")
    def workspace_name(self, event: Any) -> Any:
        return event.workspace_called or event.workspace_id

    @display(description="details")
    def details(self, event: Event) -> str:
        return format_html('<pre class="console-pre">{}</pre>', json.dumps(event.data, indent=2, ensure_ascii=False))
