"""Uploading documents, having them read again, the work on them and what was read."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from structlog.contextvars import bind_contextvars

from accounts.api.authentication import caller
from accounts.models import Workspace
from accounts.queries import get_workspace, personal_workspace
from accounts.roles import Permission
from documents.api.serializers import DocumentSerializer
from documents.api.uploads import UploadParser, uploaded_file
from documents.api.views import DOCUMENT_ID, document_for, parse_id
from extraction import actions, intake, queries
from extraction.api import examples
from extraction.api.serializers import (
    JobSerializer,
    ResultSerializer,
    SubmittedSerializer,
    UploadSerializer,
    ValidationSerializer,
)
from extraction.models import JobTrigger, ProcessingJob


class Upload(APIView):
    parser_classes = (UploadParser,)
    throttle_scope = "upload"

    @extend_schema(
        operation_id="upload_document",
        tags=["documents"],
        summary="Upload a document and have it read",
        description=(
            "Takes .pdf, .png, .jpg, .jpeg, .csv, .txt and .xml (e-invoices: CII, UBL and FatturaPA). "
            "Extension, content type (if any) and content must agree. "
            "Ask for the document until its `status` is `completed` or `failed`."
        ),
        request={"multipart/form-data": UploadSerializer},
        responses={201: SubmittedSerializer, 403: None, 404: None},
        examples=[examples.SUBMITTED],
    )
    def post(self, request: Request) -> Response:
        arrival = uploaded_file(request)
        job = intake.receive(arrival=arrival, workspace=_workspace(request), by=caller(request))
        return _submitted(job, status.HTTP_201_CREATED)


class Reprocess(APIView):
    @extend_schema(
        operation_id="reprocess_document",
        tags=["documents"],
        summary="Have a document read again",
        description=(
            "The earlier result stays until the new one replaces it. What was approved, rejected or corrected then has "
            "to be decided again."
        ),
        parameters=[DOCUMENT_ID],
        request=None,
        responses={202: SubmittedSerializer, 403: None, 409: None},
        examples=[examples.SUBMITTED],
    )
    def post(self, request: Request, document_id: str) -> Response:
        document = document_for(request, document_id, Permission.REPROCESS)
        job = actions.submit(document=document, by=caller(request), trigger=JobTrigger.REPROCESS)
        return _submitted(job, status.HTTP_202_ACCEPTED)


class Result(APIView):
    """The room above adds how it is corrected, and gives both their address."""

    @extend_schema(
        operation_id="get_result",
        tags=["results"],
        summary="What was read",
        parameters=[DOCUMENT_ID],
        responses=ResultSerializer,
        examples=[examples.RESULT],
    )
    def get(self, request: Request, document_id: str) -> Response:
        return Response(ResultSerializer(queries.result_of(document_for(request, document_id))).data)


class Validation(APIView):
    @extend_schema(
        operation_id="get_validation",
        tags=["results"],
        summary="What the rules say about it",
        parameters=[DOCUMENT_ID],
        responses=ValidationSerializer,
        examples=[examples.VALIDATION],
    )
    def get(self, request: Request, document_id: str) -> Response:
        return Response(ValidationSerializer(queries.validation_of(document_for(request, document_id))).data)


class DocumentJobs(ListAPIView[ProcessingJob]):
    serializer_class = JobSerializer
    queryset = ProcessingJob.objects.none()  # for the API's description

    def get_queryset(self) -> QuerySet[ProcessingJob]:
        if "document_id" not in self.kwargs:
            return super().get_queryset()
        return document_for(self.request, self.kwargs["document_id"]).jobs.prefetch_related("second_readings")

    @extend_schema(
        operation_id="list_jobs",
        tags=["jobs"],
        summary="The work on a document, newest first",
        parameters=[DOCUMENT_ID],
        examples=[examples.JOB],
    )
    def get(self, request: Request, document_id: str) -> Response:
        return self.list(request)


class Job(APIView):
    @extend_schema(
        operation_id="get_job",
        tags=["jobs"],
        summary="How far the work on a document has come",
        parameters=[OpenApiParameter("job_id", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        responses=JobSerializer,
        examples=[examples.JOB],
    )
    def get(self, request: Request, job_id: str) -> Response:
        job = queries.get_job(parse_id(job_id, "job_id"), user=caller(request))
        bind_contextvars(job=str(job.pk), document=str(job.document_id))
        return Response(JobSerializer(job).data)


def _workspace(request: Request) -> Workspace:
    """The workspace an upload names, or the caller's own."""
    named, user = request.POST.get("workspace_id"), caller(request)
    if named is None:
        found = personal_workspace(user)
    else:
        found = get_workspace(parse_id(named, "workspace_id"), user=user, permission=Permission.UPLOAD)
    bind_contextvars(workspace=str(found.pk))
    return found


def _submitted(job: ProcessingJob, code: int) -> Response:
    job.document.refresh_from_db()  # with PROCESSING_MODE=inline it has been read by now
    return Response({"document": DocumentSerializer(job.document).data, "processing_job_id": str(job.pk)}, code)
