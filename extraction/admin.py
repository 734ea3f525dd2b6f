"""The admin of jobs: what the workers did and do. To look at only; work is asked for on documents."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from accounts.models import User
from accounts.staff import DaysFilter, StaffAdmin, minute
from documents.queries import visible_in_admin
from extraction import console
from extraction.models import ProcessingJob


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

    @display(description="took")
    def took(self, job: ProcessingJob) -> str | None:
        return console.seconds_of(job)
