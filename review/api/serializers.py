"""Tasks of review as JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.api.fields import TextField, TextOrNull
from accounts.models import User
from documents.kinds import Kind
from extraction.api.serializers import EntriesSerializer, ResultSerializer, ValidationSerializer
from review.models import Correction, ReviewTask


class ReasonSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(
        help_text="Of a rule; or low_confidence, quality_sample, all_reviewed, read_again, changed."
    )
    field = TextOrNull(help_text="null for what concerns the whole document.")
    severity = serializers.ChoiceField(["error", "warning", "info"])


class TaskSerializer(serializers.ModelSerializer[ReviewTask]):
    document_id = serializers.UUIDField()
    workspace_id = serializers.UUIDField()
    reviewer_id = serializers.UUIDField(allow_null=True, help_text="Who holds it, or who is to.")
    decided_by_id = serializers.UUIDField(allow_null=True)
    reasons = ReasonSerializer(many=True, help_text="Why it needs a person, the weightiest first.")
    kind = TextOrNull()
    vendor_name = TextOrNull()
    amount = serializers.FloatField(allow_null=True, help_text="At stake.")
    currency = TextOrNull()
    reject_reason = TextOrNull()
    accepted = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Fields that somebody said are right, each with the codes of the issues it was accepted with.",
    )
    lowest_confidence = serializers.FloatField(allow_null=True, help_text="Of the fields that thresholds are about.")

    class Meta:
        model = ReviewTask
        fields: ClassVar[list[str]] = [
            "id",
            "document_id",
            "workspace_id",
            "state",
            "reasons",
            "priority",
            "kind",
            "vendor_name",
            "amount",
            "currency",
            "lowest_confidence",
            "arrived_at",
            "reviewer_id",
            "lease_expires_at",
            "postponed_until",
            "seconds_spent",
            "decided_by_id",
            "decided_at",
            "reject_reason",
            "accepted",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class HeldTaskSerializer(TaskSerializer):
    """For who claimed it."""

    holder = serializers.UUIDField(help_text="Proves that the task is held; send it with each change.")

    class Meta(TaskSerializer.Meta):
        fields: ClassVar[list[str]] = [*TaskSerializer.Meta.fields, "holder"]
        read_only_fields = fields


class NextSerializer(serializers.Serializer[Any]):
    task = HeldTaskSerializer(allow_null=True, help_text="null when there is nothing to do.")


class WantedSerializer(serializers.Serializer[Any]):
    """Which tasks "next" may give."""

    workspace_id = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(Kind.choices, required=False)
    reason = TextField(required=False, max_length=64)
    vendor = TextField(required=False, max_length=255, help_text="Part of the vendor's name.")
    search = TextField(
        required=False, max_length=255, help_text="Part of the file name, the vendor's name or the invoice number."
    )
    mine = serializers.BooleanField(required=False, default=False, help_text="Only those assigned to you.")


class ClaimSerializer(serializers.Serializer[Any]):
    take_over = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Also from who holds it, perhaps another page of yours, or was given it.",
    )
    holder = serializers.UUIDField(
        required=False, allow_null=True, help_text="From a claim of yours that is to go on, under a new holder."
    )


class HolderSerializer(serializers.Serializer[Any]):
    holder = serializers.UUIDField(help_text="From the claim.")


class SpentSerializer(serializers.Serializer[Any]):
    seconds = serializers.FloatField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=86_400,
        help_text="What it took since they were last sent, or since the claim; added to seconds_spent.",
    )


class ReleaseSerializer(HolderSerializer, SpentSerializer):
    pass


class RenewedSerializer(serializers.Serializer[Any]):
    lease_expires_at = serializers.DateTimeField()


class DecisionSerializer(SpentSerializer):
    holder = serializers.UUIDField(
        required=False, allow_null=True, help_text="From the claim; without it nobody may hold the task."
    )


class ApprovalSerializer(DecisionSerializer):
    version = serializers.UUIDField(
        required=False, allow_null=True, help_text="Of the result that was seen; refused when it is another one by now."
    )


class RejectionSerializer(DecisionSerializer):
    reason = TextField(max_length=1000, help_text="For people.")


class PostponementSerializer(DecisionSerializer):
    until = serializers.DateTimeField()


class ReviewerSerializer(serializers.ModelSerializer[User]):
    full_name = TextOrNull()

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["id", "email", "full_name"]
        read_only_fields = fields


class AssignmentSerializer(serializers.Serializer[Any]):
    reviewer_id = serializers.UUIDField(allow_null=True, help_text="null gives it to everybody.")


class ResultEntriesSerializer(EntriesSerializer):
    take_over = serializers.BooleanField(
        required=False, default=False, help_text="Also while somebody else holds the task, who then holds it no more."
    )


class TaskEntriesSerializer(EntriesSerializer):
    holder = serializers.UUIDField(help_text="From the claim.")
    accepted = serializers.DictField(
        child=serializers.ListField(child=TextField(max_length=64), max_length=100, allow_null=True),
        required=False,
        help_text="Fields that are right as they then stand, each with the codes of the issues seen beside it. "
        "They are certain, and stay accepted until the value or its issues change. null takes it back.",
    )


class CorrectionSerializer(serializers.ModelSerializer[Correction]):
    row = serializers.IntegerField(allow_null=True, help_text="Of a table, from 0; null for a field of the document.")
    before = serializers.CharField(allow_null=True, help_text="null where there was no value.")
    after = serializers.CharField(allow_null=True, help_text="null where there is none any more.")
    box = serializers.ListField(child=serializers.FloatField(), allow_null=True, help_text="As in the result.")
    by_id = serializers.UUIDField(allow_null=True, help_text="null once the account is gone.")
    by = serializers.CharField(source="by_label", help_text="E-mail address of who changed it.")
    seconds = serializers.FloatField(allow_null=True, help_text="What it took, with those changed at the same time.")

    class Meta:
        model = Correction
        fields: ClassVar[list[str]] = [
            "id", "field", "row", "before", "after", "page", "box", "by_id", "by", "seconds", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class CorrectedSerializer(serializers.Serializer[Any]):
    result = ResultSerializer()
    validation = ValidationSerializer()
