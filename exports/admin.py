"""The admin of documents: the list, one document on one page, and what staff may do with them.

It stands in this room, not in ``documents``, because its page shows what ``extraction`` read and its bulk action
writes what ``exports`` writes: only from here may all three be seen.
"""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from structlog.contextvars import bind_contextvars
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.decorators import action, display

from accounts.models import User
from accounts.roles import Permission
from accounts.staff import DaysFilter, StaffAdmin, minute, signed_in
from common.errors import NotFound
from documents.actions import delete
from documents.filters import ConfidenceFilter, KindFilter, WarningsFilter, WorkspaceFilter, confidence_level
from documents.models import Document
from documents.queries import visible_in_admin
from documents.states import SETTLED, Status
from exports.formats import FORMATS, Exported, Format
from extraction import console, preview
from extraction.errors import StageFailed
from extraction.models import ACTIVE, ExtractionResult, JobPriority
from extraction.reprocessing import APPROVED, Outcome, reprocess

STATUS_COLOURS = {
    Status.UPLOADED: "info",
    Status.PROCESSING: "primary",
    Status.COMPLETED: "success",
    Status.FAILED: "danger",
}
LEVEL_COLOURS = {"low": "danger", "middle": "warning", "high": "success"}
MAX_AT_ONCE = 500
"""Documents that one bulk action reprocesses; for more there is ``manage.py reprocess``."""
MAX_NAMED = 20
"""Documents that a question names before it only counts."""


@admin.register(Document)
class DocumentAdmin(StaffAdmin):
    list_display = ("name", "kind_name", "state", "certainty", "warnings", "workspace_name", "created")
    list_fullwidth = True
    list_display_links = None  # the name is the link
    list_filter = (
        ("status", ChoicesCheckboxFilter),
        KindFilter,
        ConfidenceFilter,
        WarningsFilter,
        ("workspace", WorkspaceFilter),
        ("created_at", DaysFilter),
    )
    search_fields = (
        "original_filename",
        "checksum_sha256__istartswith",
        "result__extracted_data__vendor_name__icontains",
        "result__extracted_data__invoice_number__icontains",
    )
    search_help_text = "A file name, vendor, invoice number, checksum or document id."
    list_select_related = ("workspace", "owner")
    ordering = ("-created_at", "-id")
    actions = ("reprocess_selected", "export_csv", "export_json")

    def scope(self, user: User) -> QuerySet[Document]:
        return visible_in_admin(user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """With the vendor's name beside each document, not with the whole result."""
        documents: QuerySet[Document] = super().get_queryset(request)
        return documents.annotate(vendor=KeyTextTransform("vendor_name", "result__extracted_data"))

    def get_urls(self) -> list[URLPattern]:
        def view(route: str, method: Any, name: str) -> Any:
            return path(f"<uuid:pk>/{route}", self.admin_site.admin_view(method), name=f"documents_document_{name}")

        return [
            view("file", self.file_view, "file"),
            view("pages/<int:number>.png", self.page_view, "page"),
            view("export/<str:name>", self.export_view, "export"),
            view("reprocess", self.reprocess_view, "reprocess"),
            *super().get_urls(),
        ]

    # --- Rights ------------------------------------------------------------------------------------------------------
    def has_reprocess_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:
        return _may(request, Permission.REPROCESS, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:
        return _may(request, Permission.DELETE, obj)

    # --- Columns -----------------------------------------------------------------------------------------------------
    @display(description="file", ordering="original_filename")
    def name(self, document: Any) -> str:
        url = reverse("admin:documents_document_change", args=[document.pk])
        name = document.original_filename
        link = format_html('<a class="console-name" href="{}" title="{}"><bdi>{}</bdi></a>', url, name, name)
        return format_html('{}<bdi class="console-under console-name">{}</bdi>', link, document.vendor or "")

    @display(description="kind", ordering="kind")
    def kind_name(self, document: Document) -> str | None:
        return console.kind_of(document) or None

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def state(self, document: Document) -> tuple[str, str]:
        return document.status, document.get_status_display()

    @display(description="confidence", ordering="confidence_score", label=LEVEL_COLOURS)
    def certainty(self, document: Document) -> tuple[str, str] | None:
        score = document.confidence_score
        return None if score is None else (confidence_level(score), console.percent_of(score))

    @display(description="warnings", ordering="warning_count", label={"some": "warning"})
    def warnings(self, document: Document) -> tuple[str, str] | None:
        return ("some", str(document.warning_count)) if document.warning_count else None

    @display(description="workspace, owner", ordering="workspace__name")
    def workspace_name(self, document: Document) -> str:
        return format_html(
            '<bdi class="console-name">{}</bdi><bdi class="console-under console-name">{}</bdi>',
            document.workspace.name,
            document.owner,
        )

    @display(description="created", ordering="created_at")
    def created(self, document: Document) -> str:
        return minute(document.created_at)

    # --- One document ------------------------------------------------------------------------------------------------
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Everything about one document on one page. Nothing on it is edited, so there is no form."""
        document = self.get_object(request, object_id)
        assert isinstance(document, Document)
        context = {
            **self.admin_site.each_context(request),
            **console.context(document),
            "head": None if preview.has_pictures(document) else preview.head(document),
            "pages": preview.pages(document),
            "title": document.original_filename,
            "opts": self.opts,
            "original": document,
            "status_colour": STATUS_COLOURS[Status(document.status)],
            "may_reprocess": self.has_reprocess_permission(request, document),
            "may_delete": self.has_delete_permission(request, document),
        }
        return TemplateResponse(request, "console/document.html", context)

    def file_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
        """The original, to be saved: never shown by the browser itself."""
        document = self._visible(request, pk)
        try:
            file = default_storage.open(document.file)
        except FileNotFoundError as error:
            raise Http404("The stored file could not be found.") from error
        name = document.original_filename
        return FileResponse(file, as_attachment=True, filename=name, content_type="application/octet-stream")

    def page_view(self, request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
        document = self._visible(request, pk)
        try:
            picture = preview.page_picture(document, number)
        except (StageFailed, FileNotFoundError) as error:
            raise Http404("This page cannot be shown.") from error
        return HttpResponse(
            picture, content_type=preview.media_type(picture), headers={"Cache-Control": "private, max-age=3600"}
        )

    def reprocess_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        document = self._visible(request, pk)
        if request.method != "POST" or not self.has_reprocess_permission(request, document):
            raise PermissionDenied
        page = reverse("admin:documents_document_change", args=[pk])
        one = Document.objects.filter(pk=pk)
        if one.filter(APPROVED).exists() and "confirmed" not in request.POST:
            return self._ask(request, one, one, back=page)
        self._submit(request, one, JobPriority.NORMAL)
        return HttpResponseRedirect(page)

    def _visible(self, request: HttpRequest, pk: uuid.UUID) -> Document:
        document = visible_in_admin(request.user).filter(pk=pk).first()
        if document is None:
            raise Http404("There is no document with this id.")
        bind_contextvars(document=str(pk), workspace=str(document.workspace_id))
        return document

    # --- Reprocess ---------------------------------------------------------------------------------------------------
    @action(description="Reprocess selected documents", permissions=["reprocess"])
    def reprocess_selected(self, request: HttpRequest, queryset: QuerySet[Document]) -> HttpResponse | None:
        """Asks first, saying what will happen to how many; then submits them behind newly uploaded ones. What was
        approved is left alone, unless that is asked for."""
        allowed = queryset.filter(pk__in=visible_in_admin(request.user, Permission.REPROCESS).values("pk"))
        idle = allowed.exclude(jobs__status__in=ACTIVE)
        count = (idle if "approved" in request.POST else idle.exclude(APPROVED)).count()
        if count > MAX_AT_ONCE:
            text = f"At most {MAX_AT_ONCE} documents at once; use the command manage.py reprocess for {count:,}."
            self.message_user(request, text, messages.ERROR)
            return None
        if "confirmed" not in request.POST:
            return self._ask(request, queryset, allowed, back=request.get_full_path())
        self._submit(request, idle.order_by("created_at"), JobPriority.LOW)
        return None

    def _ask(
        self, request: HttpRequest, chosen: QuerySet[Document], allowed: QuerySet[Document], *, back: str
    ) -> HttpResponse:
        idle = allowed.exclude(jobs__status__in=ACTIVE)
        ready = idle.exclude(APPROVED)
        permitted, waiting, count = allowed.count(), idle.count(), ready.count()
        context = {
            **self.admin_site.each_context(request),
            "title": "Reprocess documents",
            "opts": self.opts,
            "count": count,
            "forbidden": chosen.count() - permitted,
            "active": permitted - waiting,
            "approved": waiting - count,
            "named": ready[:MAX_NAMED],
            "unnamed": max(0, count - MAX_NAMED),
            "selected": request.POST.getlist(helpers.ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
            "checkbox": helpers.ACTION_CHECKBOX_NAME,
            "back": back,
        }
        return TemplateResponse(request, "console/reprocess.html", context)

    def _submit(self, request: HttpRequest, documents: QuerySet[Document], priority: JobPriority) -> None:
        """Have them read again, and say what became of how many."""
        approved = "approved" in request.POST
        wanted = documents if approved else documents.exclude(APPROVED)
        found = Counter({Outcome.APPROVED: 0 if approved else documents.filter(APPROVED).count()})
        done = reprocess(wanted, by=signed_in(request), priority=priority, approved=approved)
        found.update(outcome for _, outcome in done)
        sentences = {
            Outcome.QUEUED: (messages.SUCCESS, "queued to be read again"),
            Outcome.APPROVED: (messages.WARNING, "left alone: approved by a reviewer"),
            Outcome.ACTIVE: (messages.WARNING, "skipped: already waiting or at work"),
            Outcome.GONE: (messages.WARNING, "skipped: deleted meanwhile"),
        }
        for outcome, (level, what) in sentences.items():
            if count := found[outcome]:
                self.message_user(request, f"{_documents(count)} {what}.", level)

    # --- Export ------------------------------------------------------------------------------------------------------
    def export_view(self, request: HttpRequest, pk: uuid.UUID, name: str) -> HttpResponse:
        """What was read in one document, in the format of this name. That it is not final stands in the file's name:
        JSON of one document is its data alone."""
        document = self._visible(request, pk)
        result = ExtractionResult.objects.filter(document=document).first()
        if result is None or name not in FORMATS:
            raise Http404("There is no such export of this document.")
        exported = Exported(
            document_id=pk,
            filename=document.original_filename,
            data=result.extracted_data,
            review_status=document.review_status,
        )
        final = not document.review_status or document.review_status in SETTLED
        filename = f"{pk}.{name}" if final else f"{pk}.{document.review_status}.{name}"
        return HttpResponse(
            FORMATS[name].one(exported), content_type=FORMATS[name].content_type, headers=_attachment(filename)
        )

    @action(description="Export as CSV")
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Document]) -> HttpResponseBase | None:
        return self._export(request, queryset, FORMATS["csv"])

    @action(description="Export as JSON")
    def export_json(self, request: HttpRequest, queryset: QuerySet[Document]) -> HttpResponseBase | None:
        return self._export(request, queryset, FORMATS["json"])

    def _export(self, request: HttpRequest, queryset: QuerySet[Document], chosen: Format) -> HttpResponseBase | None:
        """One file, written while it is sent; documents that were not read yet are not in it."""
        results = ExtractionResult.objects.filter(document__in=queryset.values("pk"))
        unsettled = Count("pk", filter=~Q(document__review_status__in=["", *SETTLED]))
        found, unapproved = results.aggregate(found=Count("pk"), unapproved=unsettled).values()
        total = queryset.count()
        if not found:
            self.message_user(request, "None of the selected documents has been read yet.", messages.WARNING)
            return None
        if found < total:
            text = f"{_documents(total - found)} not read yet: not in the file."
            self.message_user(request, text, messages.WARNING)
        if unapproved:
            text = f"{_documents(unapproved)} in the file not approved: review_status says which."
            self.message_user(request, text, messages.WARNING)
        rows = results.order_by("document__created_at", "document_id").values_list(
            "document_id", "document__original_filename", "extracted_data", "document__review_status"
        )
        documents = (
            Exported(document_id=pk, filename=name, data=data, review_status=status)
            for pk, name, data, status in rows.iterator()
        )
        return StreamingHttpResponse(
            chosen.many(documents), content_type=chosen.content_type, headers=_attachment(f"documents.{chosen.name}")
        )

    # --- Delete ------------------------------------------------------------------------------------------------------
    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What the question before a deletion names. Results and jobs are part of a document and not listed."""
        wanted = [document.pk for document in objs]
        allowed = visible_in_admin(request.user, Permission.DELETE).filter(pk__in=wanted).count()
        names = [str(document) for document in objs[:MAX_NAMED]]
        if len(wanted) > MAX_NAMED:
            names.append(f"… and {len(wanted) - MAX_NAMED} more")
        lacking = {_documents(len(wanted) - allowed)} if allowed < len(wanted) else set()
        return names, {"documents": len(wanted)}, lacking, []

    def delete_model(self, request: HttpRequest, obj: Document) -> None:
        delete(document=obj, by=signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        for document in queryset:
            try:
                delete(document=document, by=signed_in(request))
            except NotFound:
                continue  # somebody else was faster

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Document]) -> Any:
        """The action that deletes a document records it itself."""


def _may(request: HttpRequest, permission: Permission, document: Document | None) -> bool:
    """Whether the viewer's role allows this on ``document``; without one, on any document at all."""
    allowed = visible_in_admin(request.user, permission)
    if document is not None:
        return allowed.filter(pk=document.pk).exists()
    return allowed.exists()


def _attachment(filename: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{filename}"'}


def _documents(count: int) -> str:
    return "1 document" if count == 1 else f"{count:,} documents"
