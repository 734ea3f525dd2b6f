"""Reviewing over HTTP, so that another front end can do what the admin's does."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView
from structlog.contextvars import bind_contextvars

from accounts.api.authentication import caller
from accounts.models import User
from accounts.roles import Permission
from common.errors import Invalid
from documents.api.views import DOCUMENT_ID, document_for, parse_id
from extraction.api import views as extraction
from extraction.api.examples import ENTRIES, RESULT, ROW_CHANGES
from extraction.api.serializers import ResultSerializer
from extraction.queries import validation_of
from review import actions
from review.api import examples
from review.api import serializers as shapes
from review.api.filters import TaskFilter
from review.models import Correction, ReviewTask
from review.queries import get_task, reviewers_in, visible_to

TASK_ID = OpenApiParameter("task_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
DESCRIBED: dict[str, Any] = {"tags": ["review"], "parameters": [TASK_ID]}
ANSWERS: dict[int, Any] = {200: shapes.TaskSerializer, 403: None, 404: None, 409: None}


def task_for(request: Request, task_id: str, permission: Permission = Permission.REVIEW) -> ReviewTask:
    """The task of a path, if the caller may see it and holds ``permission``."""
    task = get_task(parse_id(task_id, "task_id"), user=caller(request), permission=permission)
    bind_contextvars(document=str(task.document_id), workspace=str(task.workspace_id))
    return task


def sent(request: Request, shape: type[Serializer[Any]]) -> dict[str, Any]:
    """The body, checked."""
    body = shape(data=request.data)
    body.is_valid(raise_exception=True)
    found: dict[str, Any] = body.validated_data
    return found


def shown(task: ReviewTask) -> Response:
    return Response(shapes.TaskSerializer(task).data)


class Tasks(ListAPIView[ReviewTask]):
    serializer_class = shapes.TaskSerializer
    filterset_class = TaskFilter

    def get_queryset(self) -> QuerySet[ReviewTask]:
        return visible_to(self.request.user)

    @extend_schema(
        operation_id="list_tasks",
        tags=["review"],
        summary="Documents that need, or needed, a person; the most urgent first",
        examples=[examples.TASK],
    )
    def get(self, request: Request) -> Response:
        return self.list(request)


class Task(APIView):
    @extend_schema(
        operation_id="get_task",
        summary="One task",
        responses={200: shapes.TaskSerializer, 404: None},
        examples=[examples.TASK],
        **DESCRIBED,
    )
    def get(self, request: Request, task_id: str) -> Response:
        return shown(task_for(request, task_id, Permission.VIEW))


class Next(APIView):
    @extend_schema(
        operation_id="claim_next_task",
        tags=["review"],
        summary="Hold the most urgent task that nobody holds",
        description="Two callers never get the same one. It is given back when the lease is not renewed in time.",
        request=shapes.WantedSerializer,
        responses={200: shapes.NextSerializer},
        examples=[examples.WANTED, examples.NEXT],
    )
    def post(self, request: Request) -> Response:
        wanted = sent(request, shapes.WantedSerializer)
        reviewable = visible_to(request.user, Permission.REVIEW)
        among = TaskFilter(wanted, reviewable, request=request).qs if wanted else None
        task = actions.claim_next(by=caller(request), among=among)
        return Response({"task": None if task is None else shapes.HeldTaskSerializer(task).data})


class Claim(APIView):
    @extend_schema(
        operation_id="claim_task",
        summary="Hold this task",
        request=shapes.ClaimSerializer,
        responses=ANSWERS | {200: shapes.HeldTaskSerializer},
        examples=[examples.CLAIM, examples.HELD],
        **DESCRIBED,
    )
    def post(self, request: Request, task_id: str) -> Response:
        task = task_for(request, task_id)
        held = actions.claim(task=task, by=caller(request), **sent(request, shapes.ClaimSerializer))
        return Response(shapes.HeldTaskSerializer(held).data)


class Renew(APIView):
    @extend_schema(
        operation_id="renew_task",
        summary="Go on holding a task",
        request=shapes.HolderSerializer,
        responses=ANSWERS | {200: shapes.RenewedSerializer},
        examples=[examples.HOLDING, examples.RENEWED],
        **DESCRIBED,
    )
    def post(self, request: Request, task_id: str) -> Response:
        task = task_for(request, task_id)
        until = actions.renew(task=task, by=caller(request), **sent(request, shapes.HolderSerializer))
        return Response(shapes.RenewedSerializer({"lease_expires_at": until}).data)


class Release(APIView):
    @extend_schema(
        operation_id="release_task",
        summary="Give a task back undecided",
        request=shapes.ReleaseSerializer,
        responses=ANSWERS,
        examples=[examples.RELEASE, examples.TASK],
        **DESCRIBED,
    )
    def post(self, request: Request, task_id: str) -> Response:
        task = task_for(request, task_id)
        actions.release(task=task, by=caller(request), **sent(request, shapes.ReleaseSerializer))
        task.refresh_from_db()
        return shown(task)


class Fields(APIView):
    @extend_schema(
        operation_id="correct_task",
        summary="Correct what was read, as who holds the task",
        description="As `PATCH /documents/{document_id}/result`, with the validation in the answer.",
        request=shapes.TaskEntriesSerializer,
        responses={200: shapes.CorrectedSerializer, 403: None, 404: None, 409: None},
        examples=[examples.CHANGES, examples.CORRECTED],
        **DESCRIBED,
    )
    def patch(self, request: Request, task_id: str) -> Response:
        task = task_for(request, task_id)
        body = shapes.TaskEntriesSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = {name: body.validated_data.get(name) for name in ("holder", "version", "seconds", "accepted")}
        result = actions.correct(task=task, by=caller(request), entries=body.entries(), **said)
        answer = {"result": result, "validation": validation_of(task.document)}
        return Response(shapes.CorrectedSerializer(answer).data)


class Result(extraction.Result):
    @extend_schema(
        operation_id="correct_result",
        tags=["results"],
        summary="Correct what was read",
        description=(
            "Texts are read as the document writes numbers and dates, the rules are asked again, and each change is "
            "kept with who made it. A value that cannot be understood, or a place that is not on the document, refuses "
            "all of them. While somebody else holds the document's task, the answer is 409 `task_not_held`: "
            "`extra.reviewer` says who, `extra.lease_expires_at` until when; `take_over` takes it from them."
        ),
        parameters=[DOCUMENT_ID],
        request=shapes.ResultEntriesSerializer,
        responses={200: ResultSerializer, 403: None, 409: None},
        examples=[ENTRIES, ROW_CHANGES, RESULT],
    )
    def patch(self, request: Request, document_id: str) -> Response:
        document = document_for(request, document_id, Permission.REVIEW)
        body = shapes.ResultEntriesSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = {name: body.validated_data.get(name) for name in ("version", "seconds", "take_over")}
        result = actions.correct_result(document=document, by=caller(request), entries=body.entries(), **said)
        return Response(ResultSerializer(result).data)


class Corrections(ListAPIView[Correction]):
    serializer_class = shapes.CorrectionSerializer
    queryset = Correction.objects.none()  # for the API's description

    def get_queryset(self) -> QuerySet[Correction]:
        if "document_id" not in self.kwargs:
            return super().get_queryset()
        return Correction.objects.filter(document=document_for(self.request, self.kwargs["document_id"]))

    @extend_schema(
        operation_id="list_corrections",
        tags=["review"],
        summary="What people changed in a document, newest first",
        parameters=[DOCUMENT_ID],
        examples=[examples.CORRECTION],
    )
    def get(self, request: Request, document_id: str) -> Response:
        return self.list(request)


class Approve(APIView):
    @extend_schema(
        operation_id="approve_task",
        summary="What the result says is right",
        request=shapes.ApprovalSerializer,
        responses=ANSWERS,
        examples=[examples.APPROVAL, examples.TASK],
        **DESCRIBED,
    )
    def post(self, request: Request, task_id: str) -> Response:
        task = task_for(request, task_id)
        return shown(actions.approve(task=task, by=caller(request), **sent(request, shapes.ApprovalSerializer)))


class Reject(APIView):
    @extend_schema(
        operation_id="reject_task",
        summary="The document is not to be used",
        request=shapes.RejectionSerializer,
        responses=ANSWERS,
        examples=[examples.REJECTION, examples.TASK],
        **DESCRIBED,
    )
    def post(self, request: Request, task_id: str) -> Response:
        task = task_for(request, task_id)
        return shown(actions.reject(task=task, by=caller(request), **sent(request, shapes.RejectionSerializer)))


class Postpone(APIView):
    @extend_schema(
        operation_id="postpone_task",
        summary="Put a task off",
        request=shapes.PostponementSerializer,
        responses=ANSWERS,
        examples=[examples.POSTPONEMENT, examples.TASK],
        **DESCRIBED,
    )
    def post(self, request: Request, task_id: str) -> Response:
        task = task_for(request, task_id)
        return shown(actions.postpone(task=task, by=caller(request), **sent(request, shapes.PostponementSerializer)))


class Reviewers(ListAPIView[User]):
    serializer_class = shapes.ReviewerSerializer
    queryset = User.objects.none()  # for the API's description

    def get_queryset(self) -> QuerySet[User]:
        if "task_id" not in self.kwargs:
            return super().get_queryset()
        return reviewers_in([task_for(self.request, self.kwargs["task_id"]).workspace_id])

    @extend_schema(
        operation_id="list_reviewers",
        summary="To whom a task can be given",
        examples=[examples.REVIEWER],
        **DESCRIBED,
    )
    def get(self, request: Request, task_id: str) -> Response:
        return self.list(request)


class Assign(APIView):
    @extend_schema(
        operation_id="assign_task",
        summary="Give a task to somebody, or to everybody",
        description=(
            "While somebody else holds it, only who manages the workspace may take it from them; for others the answer "
            "is 409 `task_not_held`: `extra.reviewer` says who holds it, `extra.lease_expires_at` until when."
        ),
        request=shapes.AssignmentSerializer,
        responses=ANSWERS,
        examples=[examples.ASSIGNMENT, examples.TASK],
        **DESCRIBED,
    )
    def post(self, request: Request, task_id: str) -> Response:
        task = task_for(request, task_id)
        chosen = sent(request, shapes.AssignmentSerializer)["reviewer_id"]
        reviewer = None if chosen is None else _member(task, chosen)
        manages = visible_to(request.user, Permission.MANAGE).filter(pk=task.pk).exists()
        return shown(actions.assign(task=task, reviewer=reviewer, by=caller(request), take_over=manages))


class Reopen(APIView):
    @extend_schema(
        operation_id="reopen_task",
        summary="Take a decision back",
        request=None,
        responses=ANSWERS,
        examples=[examples.TASK],
        **DESCRIBED,
    )
    def post(self, request: Request, task_id: str) -> Response:
        return shown(actions.reopen(task=task_for(request, task_id), by=caller(request)))


def _member(task: ReviewTask, user_id: Any) -> User:
    """Of the workspace; who else there is, nobody is told."""
    member = User.objects.filter(pk=user_id, memberships__workspace=task.workspace_id).first()
    if member is None:
        raise Invalid("There is no such member of the workspace.", fields={"reviewer_id": ["Not a member."]})
    return member
