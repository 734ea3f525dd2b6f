"""What did a person decide? The documents that need one, what each person changed, and when nobody is needed."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models import User, Workspace
from common.models import BaseModel
from documents.kinds import Kind
from documents.models import Document


class State(models.TextChoices):
    """Of a task. The values are those of ``documents.states.ReviewStatus``, which repeats them."""

    TO_REVIEW = "to_review", "To review"
    IN_REVIEW = "in_review", "In review"
    POSTPONED = "postponed", "Postponed"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"


OPEN = (State.TO_REVIEW, State.IN_REVIEW, State.POSTPONED)
DECIDED = (State.APPROVED, State.REJECTED)


class Automation(models.TextChoices):
    NEVER = "never", "Never: a person looks at every document"
    CONFIDENT = "confident", "When confident: documents without doubt pass unseen"
    ALWAYS = "always", "Always: documents pass unseen, whatever the doubts"


class ReviewPolicy(BaseModel):
    """When a document may pass without a person; for one kind, or for all that have no policy of their own."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="review_policies")
    kind = models.CharField(max_length=32, choices=Kind.choices, blank=True)
    automation = models.CharField(max_length=16, choices=Automation.choices, default=Automation.CONFIDENT)
    threshold = models.FloatField(
        default=0.9,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="A field of a lower confidence needs a person.",
    )
    field_thresholds = models.JSONField(
        default=dict, blank=True, help_text="Other thresholds for single fields, by their name."
    )
    sample_rate = models.FloatField(
        default=0.0,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="Share of the documents that would pass, seen by a person all the same: it keeps automation honest.",
    )

    class Meta:
        verbose_name_plural = "review policies"
        ordering: ClassVar[list[str]] = ["workspace__name", "kind"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["workspace", "kind"], name="review_policy_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display() or 'All kinds'}: {self.automation}"


class ReviewTask(BaseModel):
    """One document that needs, or needed, a person.

    A reviewer holds a task in review by a lease that a heartbeat renews; ``holder`` tells one open page of theirs from
    another. A task whose lease has run out is free again, whatever its state says. ``vendor_name``, ``kind``,
    ``amount`` and ``currency`` repeat the result, for lists; ``read_values`` and ``read_confidences`` keep what the
    machine had read before anybody changed it. ``accepted`` are the values a person said are right; one that changes
    afterwards, or is warned of otherwise, is to be looked at again. ``sought`` is all that searches look through.
    """

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="review_task")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="review_tasks")
    state = models.CharField(max_length=16, choices=State.choices, default=State.TO_REVIEW)
    reasons = models.JSONField(default=list)  # [{code, field, severity}], the weightiest first
    reason_codes = models.JSONField(default=list)  # the codes alone, for filters
    priority = models.IntegerField(default=0)  # higher is sooner
    kind = models.CharField(max_length=32, blank=True)
    vendor_name = models.CharField(max_length=255, blank=True)
    amount = models.DecimalField(max_digits=30, decimal_places=6, null=True, blank=True)
    currency = models.CharField(max_length=8, blank=True)
    sought = models.TextField(blank=True, default="", db_default="")  # file name, vendor, invoice number: a line each
    arrived_at = models.DateTimeField()  # when the document did: the age of the task

    reviewer = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="review_tasks")
    holder = models.UUIDField(null=True, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    postponed_until = models.DateTimeField(null=True, blank=True)
    seconds_spent = models.FloatField(default=0)

    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reject_reason = models.TextField(blank=True)

    accepted = models.JSONField(default=dict, db_default={})  # {field: [codes of the warnings it was accepted with]}
    read_values = models.JSONField(default=dict)  # {field: value as it is entered}
    read_confidences = models.JSONField(default=dict)  # {field: confidence}
    lowest_confidence = models.FloatField(null=True, blank=True)  # of the fields that thresholds are about
    doubted = models.BooleanField(default=False)  # a rule asked for a person, whatever the confidences
    weight = models.FloatField(default=1.0)  # documents it stands for, where it is a sample of those that passed
    fields_seen = models.PositiveIntegerField(default=0)  # once approved: fields that were there, read or not
    fields_wrong = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-priority", "arrived_at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(  # the queue is counted, filtered and put in order from it alone: the rows are wide
                fields=["workspace", "-priority", "arrived_at", "id"],
                include=["state", "reviewer", "lease_expires_at", "kind", "vendor_name", "reason_codes"],
                name="task_queue",
                condition=models.Q(state__in=["to_review", "in_review", "postponed"]),
            ),
            models.Index(  # and so is what was decided
                fields=["workspace", "-priority", "arrived_at", "id"],
                include=["state", "reviewer", "kind", "vendor_name", "reason_codes"],
                name="task_archive",
                condition=models.Q(state__in=["approved", "rejected"]),
            ),
            models.Index(  # searches look through this alone, and through what was decided in the next one
                fields=["workspace", "-priority", "arrived_at", "id"],
                include=["state", "sought"],
                name="task_sought",
                condition=models.Q(state__in=["to_review", "in_review", "postponed"]),
            ),
            models.Index(
                fields=["workspace", "-priority", "arrived_at", "id"],
                include=["state", "sought"],
                name="task_sought_archive",
                condition=models.Q(state__in=["approved", "rejected"]),
            ),
            models.Index(fields=["workspace", "state", "-decided_at"], name="task_decided"),
            models.Index(fields=["reviewer", "state"], name="task_mine"),
            models.Index(fields=["lease_expires_at"], name="task_held", condition=models.Q(state="in_review")),
            models.Index(fields=["postponed_until"], name="task_put_off", condition=models.Q(state="postponed")),
            models.Index(  # figures are added up from it alone: the rows are wide
                fields=["workspace", "arrived_at"],
                include=[
                    "state",
                    "kind",
                    "document",
                    "decided_at",
                    "seconds_spent",
                    "lowest_confidence",
                    "doubted",
                    "weight",
                    "fields_seen",
                    "fields_wrong",
                ],
                name="task_figures",
                condition=models.Q(state__in=["approved", "rejected"]),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="task_state"),
        ]

    def __str__(self) -> str:
        return f"Review of {self.document_id} ({self.get_state_display()})"


class FormerTask(BaseModel):
    """The id of a task that is gone, while its document is there: people still have addresses with it."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="former_tasks")

    def __str__(self) -> str:
        return f"Former review of {self.document_id}"


class Correction(BaseModel):
    """One value that a person changed. ``row`` counts the lines of a table from 0."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="corrections")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=64)
    row = models.PositiveIntegerField(null=True, blank=True)
    before = models.TextField(null=True, blank=True)  # noqa: DJ001 - null: there was no value
    after = models.TextField(null=True, blank=True)  # noqa: DJ001 - null: there is none any more
    page = models.PositiveIntegerField(null=True, blank=True)
    box = models.JSONField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=254)  # outlives the account
    seconds = models.FloatField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["document", "-created_at"], name="correction_history"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.before} → {self.after}"


class Verdict(BaseModel):
    """Of an approved document: one field that the machine read or should have read, and whether it was right.

    ``confidence`` is ``None`` for a value that it did not find.
    """

    task = models.ForeignKey(ReviewTask, on_delete=models.CASCADE, related_name="verdicts")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=64)
    vendor_name = models.CharField(max_length=255, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    is_right = models.BooleanField()
    decided_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["workspace", "-decided_at"],
                include=["field", "vendor_name", "confidence", "is_right"],
                name="verdict_figures",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["task", "field"], name="verdict_once"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {'right' if self.is_right else 'wrong'}"
