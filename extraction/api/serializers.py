"""Results, validations and jobs as JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.fields import TextField, TextOrNull
from documents.api.serializers import DocumentSerializer
from extraction.bridge.entries import TOO_LONG
from extraction.models import ExtractionResult, ProcessingJob, SecondReading, ValidationResult


class UploadSerializer(serializers.Serializer[Any]):
    """Describes the form; :mod:`documents.api.uploads` reads it."""

    file = serializers.FileField(
        help_text="A .pdf, .png, .jpg, .jpeg, .csv, .txt or .xml file of at most 10 MB by default."
    )
    workspace_id = serializers.UUIDField(required=False, help_text="Where it shall belong; by default to yours.")


class SubmittedSerializer(serializers.Serializer[Any]):
    document = DocumentSerializer()
    processing_job_id = serializers.UUIDField()


class LineItemSerializer(serializers.Serializer[Any]):
    description = serializers.CharField(allow_null=True)
    quantity = serializers.FloatField(allow_null=True)
    unit_price = serializers.FloatField(allow_null=True)
    amount = serializers.FloatField(allow_null=True)


class TaxLineSerializer(serializers.Serializer[Any]):
    """One rate of the table of taxes, with what was found of it."""

    tax_rate = serializers.FloatField(required=False, help_text="Percent.")
    tax_base = serializers.FloatField(required=False)
    tax_amount = serializers.FloatField(required=False)


class ReadSerializer(serializers.Serializer[Any]):
    """Describes what the engine wrote about one document: these keys always, and each further field that was found."""

    document_type = serializers.CharField()
    vendor_name = serializers.CharField(allow_null=True)
    customer_name = serializers.CharField(allow_null=True)
    invoice_number = serializers.CharField(allow_null=True)
    invoice_date = serializers.DateField(allow_null=True)
    due_date = serializers.DateField(allow_null=True)
    total_amount = serializers.FloatField(allow_null=True)
    currency = serializers.CharField(allow_null=True)
    tax_amount = serializers.FloatField(allow_null=True)
    line_items = LineItemSerializer(many=True)
    confidence_score = serializers.FloatField(min_value=0, max_value=1)
    tax_lines = TaxLineSerializer(many=True, required=False, help_text="Only where a table of taxes was found.")


class PartSerializer(ReadSerializer):
    """One of several documents in a file, described like a file of its own."""

    first_page = serializers.IntegerField(min_value=0, help_text="From 1; 0 in a table, which has no pages.")
    last_page = serializers.IntegerField(min_value=0)


class ExtractedDataSerializer(ReadSerializer):
    """Describes what the engine wrote: these keys always, and each further field that was found."""

    parts = PartSerializer(
        many=True,
        required=False,
        help_text="Only of a file with several documents: each of them; the other keys are those of the first.",
    )


class ConsideredSerializer(serializers.Serializer[Any]):
    raw = serializers.CharField(help_text="As printed.")
    value = serializers.CharField()
    share = serializers.FloatField(help_text="How much of the belief it has, 0 to 1.")
    rule = serializers.CharField()
    page = serializers.IntegerField(allow_null=True)
    box = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class WhySerializer(serializers.Serializer[Any]):
    reasons = serializers.ListField(child=serializers.CharField(), help_text="The weightiest first.")
    considered = ConsideredSerializer(many=True, help_text="The candidates, the chosen one first.")
    repair = serializers.CharField(allow_null=True, help_text="Why the value is not the printed one.")


class FieldSerializer(serializers.Serializer[Any]):
    """Where one value stands on the page. ``value`` may be of any type that its field has."""

    value = serializers.JSONField()
    raw = serializers.CharField(help_text="As printed.")
    confidence = serializers.FloatField(min_value=0, max_value=1)
    page = serializers.IntegerField(allow_null=True, help_text="From 1.")
    box = serializers.ListField(
        child=serializers.FloatField(),
        allow_null=True,
        help_text="Left, top, right, bottom in PDF points, pixels, or characters of plain text.",
    )
    source = serializers.CharField(  # type: ignore[assignment]  # a name the base class uses for itself
        help_text="text, ocr, xml, table, derived, llm or person"
    )
    rule = serializers.CharField(help_text="What chose it.")
    why = WhySerializer(required=False)


class IssueSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable, for programs.")
    severity = serializers.ChoiceField(["error", "warning", "info"])
    message = serializers.CharField()
    field = serializers.CharField(allow_null=True)
    params = serializers.DictField(child=serializers.CharField())


# What the engine wrote goes out as it is stored, further keys included; only its description is typed.
@extend_schema_field(ExtractedDataSerializer)
class ExtractedDataField(serializers.JSONField):
    pass


@extend_schema_field(serializers.DictField(child=FieldSerializer()))
class FieldsField(serializers.JSONField):
    pass


@extend_schema_field(serializers.ListField(child=serializers.DictField(child=FieldSerializer())))
class LineItemFieldsField(serializers.JSONField):
    pass


class PartFieldsSerializer(serializers.Serializer[Any]):
    """Where the values of one of several documents in a file stand."""

    first_page = serializers.IntegerField(min_value=0)
    last_page = serializers.IntegerField(min_value=0)
    line_item_fields = LineItemFieldsField(read_only=True)
    tax_line_fields = LineItemFieldsField(read_only=True)

    def get_fields(self) -> dict[str, Any]:
        """One key is called like an attribute that all serializers have, so it cannot be declared above."""
        return super().get_fields() | {"fields": FieldsField(read_only=True)}


@extend_schema_field(PartFieldsSerializer(many=True))
class PartFieldsField(serializers.JSONField):
    pass


@extend_schema_field(IssueSerializer(many=True))
class IssuesField(serializers.JSONField):
    pass


class ResultSerializer(serializers.ModelSerializer[ExtractionResult]):
    document_id = serializers.UUIDField()
    extracted_data = ExtractedDataField(read_only=True)
    line_item_fields = LineItemFieldsField(read_only=True, help_text="The same for each cell of each line item.")
    tax_line_fields = LineItemFieldsField(read_only=True, help_text="The same for each cell of the table of taxes.")
    part_fields = PartFieldsField(
        read_only=True, help_text="The same for each document of a file with several; empty for one document."
    )

    class Meta:
        model = ExtractionResult
        fields: ClassVar[list[str]] = [
            "id",
            "document_id",
            "extracted_data",
            "confidence_score",
            "extractor_version",
            "created_at",
            "updated_at",
            "fields",
            "line_item_fields",
            "tax_line_fields",
            "part_fields",
            "version",
        ]
        read_only_fields = fields

    def get_fields(self) -> dict[str, Any]:
        """One key is called like an attribute that all serializers have, so it cannot be declared above."""
        described = FieldsField(read_only=True, help_text="Each field with its place on the page.")
        return super().get_fields() | {"fields": described}


class EntrySerializer(serializers.Serializer[Any]):
    """A value as a person enters it."""

    text = TextField(
        allow_blank=True, max_length=2000, help_text="As typed or as printed; empty where the document has none."
    )
    page = serializers.IntegerField(required=False, allow_null=True, min_value=1, help_text="Where it stands, from 1.")
    box = serializers.ListField(
        child=serializers.FloatField(),
        required=False,
        allow_null=True,
        min_length=4,
        max_length=4,
        help_text="Left, top, right, bottom, in the unit of the page, at most one unit beyond its edges.",
    )


class RowChangeSerializer(serializers.Serializer[Any]):
    """Cells of one row. Those that are not named stay; rows are neither added nor removed in this way."""

    row = serializers.IntegerField(min_value=0, max_value=1_000_000, help_text="From 0, as the result has them.")
    cells = serializers.DictField(child=EntrySerializer())


class EntriesSerializer(serializers.Serializer[Any]):
    """Changes to what was read. What is not named stays as it is; tables are replaced as a whole, or row by row."""

    version = serializers.UUIDField(
        required=False, allow_null=True, help_text="Of the result that was seen; refused when it is another one by now."
    )
    seconds = serializers.FloatField(
        required=False, allow_null=True, min_value=0, max_value=86_400, help_text="What it took."
    )
    line_items = serializers.ListField(
        child=serializers.DictField(child=EntrySerializer()),
        required=False,
        allow_null=True,
        max_length=2000,
        error_messages={"max_length": TOO_LONG},
    )
    line_item_changes = serializers.ListField(
        child=RowChangeSerializer(),
        required=False,
        max_length=2000,
        help_text="Single rows of the line items instead of all of them: the way to correct tables over 2,000 rows.",
    )
    tax_lines = serializers.ListField(
        child=serializers.DictField(child=EntrySerializer()), required=False, allow_null=True, max_length=100
    )

    def get_fields(self) -> dict[str, Any]:
        """One key is called like an attribute that all serializers have, so it cannot be declared above."""
        entries = serializers.DictField(
            child=EntrySerializer(), required=False, help_text="By name; document_type is one of them."
        )
        return super().get_fields() | {"fields": entries}

    def entries(self) -> dict[str, Any]:
        """What :func:`extraction.corrections.correct` takes; after ``is_valid``."""
        sent = self.validated_data
        names = ("fields", "line_items", "line_item_changes", "tax_lines")
        return {name: sent[name] for name in names if sent.get(name) is not None}


class ValidationSerializer(serializers.ModelSerializer[ValidationResult]):
    document_id = serializers.UUIDField()
    missing_fields = serializers.ListField(child=serializers.CharField())
    warnings = serializers.ListField(child=serializers.CharField(), help_text="Sentences.")
    issues = IssuesField(read_only=True, help_text="The same and more, with codes and fields.")

    class Meta:
        model = ValidationResult
        fields: ClassVar[list[str]] = [
            "id",
            "document_id",
            "is_valid",
            "missing_fields",
            "warnings",
            "confidence_score",
            "created_at",
            "updated_at",
            "issues",
        ]
        read_only_fields = fields


class SecondReadingSerializer(serializers.ModelSerializer[SecondReading]):
    asked = serializers.ListField(child=serializers.CharField(), help_text="Fields that were missing or doubted.")
    used = serializers.ListField(child=serializers.CharField(), help_text="Those that the answer changed.")
    cost = serializers.FloatField(help_text="By the operator's prices.")
    error_code = TextOrNull(help_text="null unless there was no answer.")

    class Meta:
        model = SecondReading
        fields: ClassVar[list[str]] = [
            "model", "asked", "used", "input_tokens", "output_tokens", "cost", "seconds", "error_code", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class JobSerializer(serializers.ModelSerializer[ProcessingJob]):
    document_id = serializers.UUIDField()
    timings = serializers.DictField(child=serializers.FloatField(), help_text="Seconds by stage.")
    error_code = TextOrNull(help_text="Stable, for programs; null unless it failed.")
    error_message = TextOrNull(help_text="A sentence for a person.")
    engine_version = TextOrNull()
    second_readings = SecondReadingSerializer(
        many=True, read_only=True, help_text="What a language model was asked; empty unless one is set up."
    )

    class Meta:
        model = ProcessingJob
        fields: ClassVar[list[str]] = [
            "id",
            "document_id",
            "status",
            "trigger",
            "priority",
            "stage",
            "attempts",
            "pages_done",
            "pages_total",
            "timings",
            "engine_version",
            "error_code",
            "error_message",
            "created_at",
            "updated_at",
            "started_at",
            "finished_at",
            "second_readings",
        ]
        read_only_fields = fields
