"""The screen on which one document is reviewed: its page, pictures and words, and what its scripts ask for.

What the scripts ask for answers in JSON, errors as those of the API (``config.errors``); changes go through
``review.actions`` alone. Somebody else's task does not exist here, nor do its page, pictures and words.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Annotated, Any, NamedTuple

import msgspec
from django.contrib import admin, messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, RawPostDataException
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from structlog.contextvars import bind_contextvars

from accounts.roles import Permission
from accounts.staff import is_staff, signed_in
from common.errors import AuthenticationFailed, Invalid, NotFound
from documents import queries as documents
from extraction import preview
from extraction.errors import StageFailed
from review import actions, console
from review.models import DECIDED, ReviewTask
from review.queries import visible_in_admin

KEPT = {"Cache-Control": "private, max-age=3600"}
PLAIN_PAGES = 20
"""Shown to browsers without scripts, which would fetch all of them at once."""
MOST_SECONDS = 86_400


# --- What the scripts send --------------------------------------------------------------------------------------------
class Claim(msgspec.Struct):
    take_over: bool = False
    holder: uuid.UUID | None = None


class Held(msgspec.Struct):
    holder: uuid.UUID


class Spent(Held, kw_only=True):
    """Seconds of work that were not told of yet."""

    seconds: Annotated[float, msgspec.Meta(ge=0, le=MOST_SECONDS)] | None = None


class Changes(Spent):
    entries: dict[str, Any]
    version: uuid.UUID
    accepted: dict[str, list[str] | None] = {}


class Approval(Spent):
    version: uuid.UUID


class Rejection(Spent):
    reason: str


class Postponement(Spent):
    until: Annotated[datetime, msgspec.Meta(tz=True)]


class Verb(NamedTuple):
    """What may be done with a task. ``do`` is given the task, by whom and what was sent."""

    body: type[msgspec.Struct]
    do: Callable[..., Any]


VERBS: dict[str, Verb] = {
    "claim": Verb(Claim, actions.claim),
    "renew": Verb(Held, actions.renew),
    "release": Verb(Spent, actions.release),
    "fields": Verb(Changes, actions.correct),
    "approve": Verb(Approval, actions.approve),
    "reject": Verb(Rejection, actions.reject),
    "postpone": Verb(Postponement, actions.postpone),
    "reopen": Verb(msgspec.defstruct("Reopening", []), actions.reopen),
}
SILENT = frozenset({"renew", "release"})
"""After these the document is as it was, so it is not sent again."""


# --- The page ---------------------------------------------------------------------------------------------------------
@require_GET
@never_cache
def screen(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The page of one task; it works on what :func:`state` and :func:`act` answer. That of a task which is gone leads
    to the present one of the document."""
    try:
        task = task_for(request, pk)
    except Http404:
        return _present(request, Q(former_tasks=pk))
    return page_of(request, task)


def page_of(
    request: HttpRequest,
    task: ReviewTask,
    *,
    typed: Mapping[str, str] | None = None,
    told: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """``typed`` and ``told``: what was sent without scripts, and what is wrong with it; see :mod:`review.plain`."""
    document, state, options = task.document, _state(request, task), _options(request, task)
    context = {
        **admin.site.each_context(request),
        "title": document.original_filename,
        "task": task,
        "document": document,
        "state": state,
        "outline": console.outline(task),
        "options": options,
        "head": None if preview.sheets(document) else preview.head(document),
        "plain": {
            "groups": console.filled(state, typed or {}),
            "told": told,
            "editable": options["may_review"] and task.state not in DECIDED,
            "pages": preview.pages(document)[:PLAIN_PAGES],
        },
    }
    return TemplateResponse(request, "review/screen.html", context, status=status)


@require_GET
def of_document(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """Leads to the present task of a document: one that was read again has another than before."""
    return _present(request, Q(pk=document_id))


def _present(request: HttpRequest, which: Q) -> HttpResponse:
    """To the task that a document has now, or to the document where nobody is needed. What is somebody else's is not
    there, as what never was."""
    document = documents.visible_in_admin(request.user).filter(which).first()
    if document is None:
        context = {**admin.site.each_context(request), "title": "No such review"}
        return TemplateResponse(request, "review/gone.html", context, status=404)
    task = ReviewTask.objects.filter(document=document).first()
    if task is None:
        messages.info(request, "Nobody needs to review this document any more.")
        return HttpResponseRedirect(reverse("admin:documents_document_change", args=[document.pk]))
    query = request.GET.urlencode()
    return HttpResponseRedirect(reverse("admin:review_task_screen", args=[task.pk]) + (f"?{query}" if query else ""))


@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """Nothing is left: what was done since, which the browser has counted."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    context = {
        **admin.site.each_context(request),
        "title": "All done",
        "queue": reverse("admin:review_reviewtask_changelist"),
        "query": query,
        "filtered": bool(request.GET),
    }
    return TemplateResponse(request, "review/done.html", context)


@require_GET
def picture(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """A page as a picture, at least as wide as asked for where there is such a width."""
    wanted = request.GET.get("width", "")
    width = preview.width_for(int(wanted[:6]) if wanted.isdecimal() else preview.WIDTHS[-1])
    try:
        data = preview.page_picture(task_for(request, pk).document, number, width)
    except (StageFailed, FileNotFoundError) as error:
        raise Http404("This page cannot be shown.") from error
    return HttpResponse(data, content_type=preview.media_type(data), headers=KEPT)


@require_GET
def source(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The text of a file without pages, never as markup: the browser neither guesses what it is nor shows it alone."""
    text = preview.whole_text(task_for(request, pk).document)
    headers = KEPT | {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


def _options(request: HttpRequest, task: ReviewTask) -> dict[str, Any]:
    """Where the scripts find what they ask for, and who is at work."""

    def url(name: str, *args: Any) -> str:
        return reverse(f"admin:review_task_{name}", args=args)

    return {
        "urls": {
            "state": url("state", task.pk),
            "act": url("act", task.pk, "VERB"),
            "picture": url("picture", task.pk, 0),
            "words": url("words", task.pk, 0),
            "source": url("source", task.pk),
            "document": url("of_document", task.document_id),
            "queue": reverse("admin:review_reviewtask_changelist"),
            "next": reverse("admin:review_reviewtask_next"),
            "sign_in": reverse("admin:login"),
        },
        "widths": preview.WIDTHS,
        "user": str(request.user.pk),
        "may_review": visible_in_admin(request.user, Permission.REVIEW).filter(pk=task.pk).exists(),
    }


# --- What its scripts ask for -----------------------------------------------------------------------------------------
def for_scripts(view: Callable[..., JsonResponse]) -> Callable[..., JsonResponse]:
    """Instead of a redirect to the sign-in page, an error that a script understands."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        if not is_staff(request):
            raise AuthenticationFailed("You are signed out; sign in again.")
        answer = view(request, *args, **kwargs)
        if not answer.has_header("Cache-Control"):
            add_never_cache_headers(answer)
        return answer

    asked.answers_scripts = True  # type: ignore[attr-defined]  # errors, too: see config.errors
    return asked


@for_scripts
@require_GET
def state(request: HttpRequest, pk: uuid.UUID) -> JsonResponse:
    """See :func:`review.console.state`."""
    return _answer(request, task_for(request, pk))


@for_scripts
@require_GET
def words(request: HttpRequest, pk: uuid.UUID, number: int) -> JsonResponse:
    """The words of a page: ``[text, left, top, right, bottom]``, in the unit of its boxes."""
    found = preview.page_words(task_for(request, pk).document, number)
    return JsonResponse({"words": found}, headers=KEPT)  # what was read anew has another task


@for_scripts
@require_POST
def act(request: HttpRequest, pk: uuid.UUID, verb: str) -> JsonResponse:
    """Do what ``VERBS`` calls ``verb``; the state afterwards."""
    if verb not in VERBS:
        raise NotFound
    task = task_for(request, pk, Permission.REVIEW)
    sent = _sent(request, VERBS[verb].body)
    VERBS[verb].do(task=task, by=signed_in(request), **msgspec.structs.asdict(sent))
    return JsonResponse({}) if verb in SILENT else _answer(request, task_for(request, pk))


def _answer(request: HttpRequest, task: ReviewTask) -> JsonResponse:
    return JsonResponse(_state(request, task))


def _state(request: HttpRequest, task: ReviewTask) -> console.Json:
    try:
        return console.state(task, signed_in(request))
    except ObjectDoesNotExist as error:
        raise Http404("This document was not read yet.") from error


def _sent(request: HttpRequest, shape: type[msgspec.Struct]) -> msgspec.Struct:
    try:
        return msgspec.json.decode(request.body or b"{}", type=shape)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Invalid(fields={"body": [str(error)]}) from error
    except RawPostDataException as error:  # a form, which was read as one already
        raise Invalid(fields={"body": ["This is no JSON."]}) from error


def task_for(request: HttpRequest, pk: uuid.UUID, permission: Permission = Permission.VIEW) -> ReviewTask:
    """``NotFound`` when it is not there or somebody else's, ``PermissionDenied`` for lookers-on."""
    task = visible_in_admin(request.user).select_related("document", "reviewer").filter(pk=pk).first()
    if task is None:
        raise Http404("There is no such task.")
    if permission is not Permission.VIEW and not visible_in_admin(request.user, permission).filter(pk=pk).exists():
        raise PermissionDenied
    bind_contextvars(document=str(task.document_id), workspace=str(task.workspace_id))
    return task


def _kept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For staff, as the admin's pages are; but browsers may keep what it says they may."""
    return admin.site.admin_view(view, cacheable=True)


SCREEN_URLS = [
    path("<uuid:pk>/screen", admin.site.admin_view(screen), name="review_task_screen"),
    path("done", admin.site.admin_view(done), name="review_task_done"),
    path("document/<uuid:document_id>/screen", admin.site.admin_view(of_document), name="review_task_of_document"),
    path("<uuid:pk>/screen/pages/<int:number>.png", _kept(picture), name="review_task_picture"),
    path("<uuid:pk>/screen/pages/<int:number>.json", words, name="review_task_words"),
    path("<uuid:pk>/screen/source.txt", _kept(source), name="review_task_source"),
    path("<uuid:pk>/screen/state", state, name="review_task_state"),
    path("<uuid:pk>/screen/<str:verb>", act, name="review_task_act"),
]
"""Below the address of the queue."""
