"""What was read? The work on a document, and its latest result."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import Workspace
from common.models import BaseModel
from documents.models import Document


class JobStage(models.TextChoices):
    PARSE = "parse", "Parse"
    RECOGNISE = "recognise", "Recognise text"
    EXTRACT = "extract", "Extract"
    VALIDATE = "validate", "Validate"


class JobStatus(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"


class JobTrigger(models.TextChoices):
    UPLOAD = "upload", "Upload"
    REPROCESS = "reprocess", "Reprocess"


class JobPriority(models.TextChoices):
    NORMAL = "normal", "Normal"
    LOW = "low", "Low"


class Queue(models.TextChoices):
    """Where a job's message goes. Recognising text takes a hundred times as long as reading it, so it queues apart."""

    DEFAULT = "default"
    LOW = "low"
    OCR = "ocr"
    OCR_LOW = "ocr-low"


LEARNING = "learning"
"""The queue of vendors, by their id: what reviewers taught about them is to be tested. No jobs are in it."""


class RuleLevel(models.TextChoices):
    OFF = "off", "Off"
    INFO = "info", "Info"
    WARNING = "warning", "Warning"
    ERROR = "error", "Error"


OCR_STAGES = (JobStage.RECOGNISE,)
DIGITAL_STAGES = (JobStage.PARSE, JobStage.EXTRACT, JobStage.VALIDATE)

ACTIVE = (JobStatus.QUEUED, JobStatus.RUNNING)


class ProcessingJob(BaseModel):
    """The work itself: a message in the broker only rings for it.

    A worker claims the job with one conditional update that sets ``lease_expires_at`` and raises
    ``fencing_token``; only who holds the current token may write. ``attempts`` counts claims of the
    present stage and is raised before the work starts, so that a document which kills its worker
    runs out of attempts too. ``available_at`` is when a waiting job may be claimed (back-off).
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="jobs")
    trigger = models.CharField(max_length=16, choices=JobTrigger.choices, default=JobTrigger.UPLOAD)
    priority = models.CharField(max_length=16, choices=JobPriority.choices, default=JobPriority.NORMAL)
    stage = models.CharField(max_length=16, choices=JobStage.choices, default=JobStage.PARSE)
    status = models.CharField(max_length=16, choices=JobStatus.choices, default=JobStatus.QUEUED)

    attempts = models.PositiveIntegerField(default=0)
    fencing_token = models.PositiveBigIntegerField(default=0)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    available_at = models.DateTimeField(default=timezone.now)
    rung_at = models.DateTimeField(null=True, blank=True)

    pages_done = models.PositiveIntegerField(default=0)
    pages_total = models.PositiveIntegerField(default=0)
    parsed_file = models.CharField(max_length=200, blank=True)  # storage name of the gzipped ParsedDocument
    extraction = models.JSONField(null=True, blank=True)  # encoded Extraction between extract and validate
    timings = models.JSONField(default=dict, blank=True)  # seconds by stage

    engine_version = models.CharField(max_length=32, blank=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["status", "available_at"],
                name="job_to_do",
                condition=models.Q(status__in=["queued", "running"]),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["document"], name="job_one_active", condition=models.Q(status__in=["queued", "running"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} ({self.get_status_display()})"

    @staticmethod
    def in_queue(queue: Queue) -> models.Q:
        """The jobs whose present stage is for the workers of ``queue``: the property ``queue``, for the database."""
        stages = OCR_STAGES if queue in (Queue.OCR, Queue.OCR_LOW) else DIGITAL_STAGES
        priority = JobPriority.LOW if queue in (Queue.LOW, Queue.OCR_LOW) else JobPriority.NORMAL
        return models.Q(stage__in=stages, priority=priority)

    @property
    def queue(self) -> Queue:
        """Who is to do the present stage."""
        low = self.priority == JobPriority.LOW
        if self.stage in OCR_STAGES:
            return Queue.OCR_LOW if low else Queue.OCR
        return Queue.LOW if low else Queue.DEFAULT


class SecondReading(BaseModel):
    """One question to the language model: what it was about, what came of it, and what it took.

    It outlives its job, since deleting documents does not give back what was spent.
    """

    job = models.ForeignKey(ProcessingJob, null=True, on_delete=models.SET_NULL, related_name="second_readings")
    model = models.CharField(max_length=200)
    asked = models.JSONField(default=list)  # names of fields
    used = models.JSONField(default=list)  # those whose value or confidence came of it
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)  # by the operator's prices
    seconds = models.FloatField()
    error_code = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["created_at"], name="second_reading_by_time")]

    def __str__(self) -> str:
        return f"{self.model}: {', '.join(self.asked)}"


DATA_KEYS = (
    "document_type",
    "vendor_name",
    "customer_name",
    "invoice_number",
    "invoice_date",
    "due_date",
    "total_amount",
    "currency",
    "tax_amount",
    "line_items",
    "confidence_score",
)
LINE_ITEM_KEYS = ("description", "quantity", "unit_price", "amount")


class ExtractedDataField(models.JSONField):
    """PostgreSQL orders the keys of ``jsonb`` by length; people read them in the contract's order."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        data = super().from_db_value(value, expression, connection)
        if not isinstance(data, dict) or "line_items" not in data:  # a part of it was asked for
            return data
        ordered = _in_order(data, DATA_KEYS)
        ordered["line_items"] = [_in_order(item, LINE_ITEM_KEYS) for item in data["line_items"]]
        return ordered


def _in_order(data: dict[str, Any], first: tuple[str, ...]) -> dict[str, Any]:
    return {key: data[key] for key in (*first, *sorted(data.keys() - set(first))) if key in data}


class ExtractionResult(BaseModel):
    """The latest reading, with what people corrected. ``extracted_data`` is what the API and the exports hand out."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="result")
    extracted_data = ExtractedDataField()
    fields = models.JSONField(default=dict)  # {name: {value, raw, confidence, page, box, source}}
    line_item_fields = models.JSONField(default=list)  # the same for each cell
    tax_line_fields = models.JSONField(default=list, db_default=[])  # the same for the table of taxes
    part_fields = models.JSONField(default=list, db_default=[])  # all three for each document of a file with several
    confidence_score = models.FloatField()
    extractor_version = models.CharField(max_length=32)
    extraction = models.JSONField(null=True, blank=True)  # encoded, as corrections start from it and rules see it
    # another one after each change: who writes says which was seen
    version = models.UUIDField(default=uuid.uuid4, db_default=uuid.UUID(int=0))

    def __str__(self) -> str:
        return f"Result of {self.document_id}"


class Identity(BaseModel):
    """By what a document is recognised again: duplicates, and the vendor's earlier accounts, are found through this.

    Keys are letters and digits without case. What is empty was not read.
    """

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="identity")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    arrived_at = models.DateTimeField()  # the document's created_at: "earlier" is by it
    kind = models.CharField(max_length=32)
    vendor_name = models.TextField(blank=True)
    vendor_vat_id = models.TextField(blank=True)
    name_key = models.TextField(blank=True)
    vat_key = models.TextField(blank=True)
    invoice_number = models.TextField(blank=True)
    number_key = models.TextField(blank=True)
    invoice_date = models.DateField(null=True, blank=True)
    total_amount = models.DecimalField(max_digits=30, decimal_places=6, null=True, blank=True)
    currency = models.TextField(blank=True)
    iban = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "identities"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["workspace", "name_key", "-arrived_at"], name="identity_by_name"),
            models.Index(fields=["workspace", "vat_key", "-arrived_at"], name="identity_by_vat_id"),
        ]

    def __str__(self) -> str:
        return f"Identity of {self.document_id}"


class Vendor(BaseModel):
    """A sender of documents, and what reviewers taught the service about its layout.

    ``memory`` is used when its next documents are read. ``proposed`` is what was learned since: it takes the place of
    ``memory`` when a replay over the confirmed documents shows that it makes nothing worse.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="vendors")
    name = models.CharField(max_length=255)
    memory = models.JSONField(null=True, blank=True)  # an encoded VendorMemory
    proposed = models.JSONField(null=True, blank=True)
    replay = models.JSONField(default=dict, blank=True)  # of the last one: {documents, before, after, worse}
    replayed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class VendorKey(BaseModel):
    """By what a vendor is known again: its VAT id, its account, its name."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=255)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["workspace", "key"], name="vendor_key_unique"),
        ]

    def __str__(self) -> str:
        return self.key


class Confirmation(BaseModel):
    """What a reviewer left of a document's fields, and what can be learned from it."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="confirmation")
    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="confirmations")
    values = models.JSONField()  # {field: {value, page, box}}; an empty value says that there is none
    observations = models.JSONField()  # an encoded list of Remembered

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"Confirmation of {self.document_id}"


class RuleSetting(BaseModel):
    """How a workspace wants a rule of validation: off, or with another severity than its own."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="rule_settings")
    code = models.CharField(max_length=64)
    setting = models.CharField(max_length=16, choices=RuleLevel.choices)

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["workspace", "code"], name="rule_setting_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.get_setting_display()}"


class ValidationResult(BaseModel):
    """What the rules say about the latest reading. ``warnings`` are sentences, ``issues`` the same with codes."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="validation")
    is_valid = models.BooleanField()
    missing_fields = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    issues = models.JSONField(default=list)  # [{code, severity, message, field, params}]
    confidence_score = models.FloatField()

    def __str__(self) -> str:
        return f"Validation of {self.document_id}"
