"""The rules of validation, and how a workspace has them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import caller
from accounts.models import Workspace
from accounts.queries import get_workspace, personal_workspace
from accounts.roles import Permission
from documents.api.views import parse_id
from extraction import policy
from extraction.api import examples
from extraction.models import RuleLevel

WORKSPACE_ID = OpenApiParameter(
    "workspace_id", OpenApiTypes.UUID, OpenApiParameter.QUERY, description="Whose rules; by default yours."
)


class RuleSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable; issues carry it.")
    severity = serializers.ChoiceField(["error", "warning", "info"], help_text="Its own.")
    document_types = serializers.ListField(child=serializers.CharField(), help_text="Of which kinds it is asked.")
    message = serializers.CharField(help_text="With the names of its parameters in braces.")
    description = serializers.CharField(help_text="Why it is asked; empty where the message says it.")
    setting = serializers.ChoiceField(RuleLevel.choices, allow_null=True, help_text="How the workspace has it.")


class RulesSerializer(serializers.Serializer[Any]):
    items = RuleSerializer(many=True)


class RuleSettingSerializer(serializers.Serializer[Any]):
    setting = serializers.ChoiceField(
        RuleLevel.choices, allow_null=True, help_text="null gives the rule back its own severity."
    )
    workspace_id = serializers.UUIDField(required=False, help_text="Whose rule; by default yours.")


class Rules(APIView):
    @extend_schema(
        operation_id="list_rules",
        tags=["rules"],
        summary="What documents are checked for",
        parameters=[WORKSPACE_ID],
        responses={200: RulesSerializer, 404: None},
        examples=[examples.RULES],
    )
    def get(self, request: Request) -> Response:
        workspace = _workspace(request, request.query_params.get("workspace_id"), Permission.VIEW)
        return Response(RulesSerializer({"items": policy.rules_of(workspace)}).data)


class RuleOf(APIView):
    @extend_schema(
        operation_id="set_rule",
        tags=["rules"],
        summary="Switch a rule off, or give it another severity",
        description="Holds for documents that are read from now on. Only for those who manage the workspace.",
        parameters=[OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH)],
        request=RuleSettingSerializer,
        responses={200: RulesSerializer, 403: None, 404: None},
        examples=[examples.RULE_SETTING, examples.RULES],
    )
    def put(self, request: Request, code: str) -> Response:
        sent = RuleSettingSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        chosen = sent.validated_data["setting"]
        workspace = _workspace(request, sent.validated_data.get("workspace_id"), Permission.MANAGE)
        setting = None if chosen is None else RuleLevel(chosen)
        policy.set_rule(workspace=workspace, code=code, setting=setting, by=caller(request))
        return Response(RulesSerializer({"items": policy.rules_of(workspace)}).data)


def _workspace(request: Request, named: Any, permission: Permission) -> Workspace:
    """The one that is named, or the caller's own."""
    user = caller(request)
    chosen = personal_workspace(user).pk if named is None else parse_id(str(named), "workspace_id")
    return get_workspace(chosen, user=user, permission=permission)
