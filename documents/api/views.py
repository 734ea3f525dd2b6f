"""Documents: listing, looking at, downloading and deleting them."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from structlog.contextvars import bind_contextvars

from accounts.api.authentication import caller
from accounts.api.serializers import MessageSerializer
from accounts.roles import Permission
from common.errors import Invalid
from documents import actions
from documents.api import content, examples
from documents.api.filters import DocumentFilter
from documents.api.serializers import DocumentSerializer
from documents.intake import TYPES
from documents.models import Document
from documents.queries import get_document, visible_to

DOCUMENT_ID = OpenApiParameter("document_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
CONTENT_TYPES = sorted({kind.content_type for kind in TYPES.values()})


def parse_id(value: str, name: str) -> uuid.UUID:
    """An id from a path. Raises ``Invalid`` for anything that is not a UUID."""
    try:
        return uuid.UUID(value)
    except ValueError as error:
        raise Invalid(fields={name: ["Must be a UUID."]}) from error


def document_for(request: Request, document_id: str, permission: Permission = Permission.VIEW) -> Document:
    """The document of a path, if the caller may see it and holds ``permission``."""
    document = get_document(parse_id(document_id, "document_id"), user=caller(request), permission=permission)
    bind_contextvars(document=str(document.pk), workspace=str(document.workspace_id))
    return document


class DocumentList(ListAPIView[Document]):
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilter

    def get_queryset(self) -> QuerySet[Document]:
        return visible_to(self.request.user)

    @extend_schema(
        operation_id="list_documents",
        tags=["documents"],
        summary="Documents, newest first",
        examples=[examples.LIST],
    )
    def get(self, request: Request) -> Response:
        return self.list(request)


class DocumentDetail(APIView):
    @extend_schema(
        operation_id="get_document",
        tags=["documents"],
        summary="One document",
        parameters=[DOCUMENT_ID],
        responses=DocumentSerializer,
        examples=[examples.ONE],
    )
    def get(self, request: Request, document_id: str) -> Response:
        return Response(DocumentSerializer(document_for(request, document_id)).data)

    @extend_schema(
        operation_id="delete_document",
        tags=["documents"],
        summary="Delete a document with its file, results and jobs",
        parameters=[DOCUMENT_ID],
        responses={200: MessageSerializer, 403: None},
        examples=[examples.DELETED],
    )
    def delete(self, request: Request, document_id: str) -> Response:
        actions.delete(document=document_for(request, document_id, Permission.DELETE), by=caller(request))
        return Response({"message": "Document deleted."})


class DocumentFile(APIView):
    @extend_schema(
        operation_id="get_file",
        tags=["documents"],
        summary="The original file",
        description="As an attachment. One part of it with `Range: bytes=first-last`; also answers HEAD.",
        parameters=[
            DOCUMENT_ID,
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="`bytes=0-1023`"),
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="An earlier ETag."),
            OpenApiParameter("If-Range", str, OpenApiParameter.HEADER, description="The ETag that Range is about."),
            OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=[200, 206, 304]),
            OpenApiParameter("Content-Disposition", str, OpenApiParameter.HEADER, response=[200, 206]),
            OpenApiParameter(
                "Content-Range", str, OpenApiParameter.HEADER, response=[206], description="`bytes 0-1023/48213`"
            ),
        ],
        responses={
            **{(status, name): OpenApiTypes.BINARY for status in (200, 206) for name in CONTENT_TYPES},
            304: OpenApiResponse(description="It is the file with that ETag."),
            416: None,
        },
    )
    def get(self, request: Request, document_id: str) -> HttpResponseBase:
        return content.answer(request._request, document_for(request, document_id))
