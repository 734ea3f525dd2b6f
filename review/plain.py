"""The screen without scripts: the same fields as one form, sent at once, with the same rules and the same audit.

Nobody holds the task while the form is open; the version that was shown decides whether it may still be changed.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.roles import Permission
from accounts.staff import signed_in
from common.errors import Conflict, DomainError, Invalid
from extraction.console import label_of
from review import actions, console
from review.models import ReviewTask
from review.screen import page_of, task_for

FIELD = "field."
"""Begins the names of the form's fields."""
SAID = {"approve": "Approved.", "reject": "Rejected.", "save": "Saved."}


@require_POST
def submit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Carry out what was sent; then on, or back to the form as it was filled in."""
    task, by = task_for(request, pk, Permission.REVIEW), signed_in(request)
    sent = request.POST.dict()
    typed = {name.removeprefix(FIELD): text for name, text in sent.items() if name.startswith(FIELD)}
    verb = sent.get("do", "")
    try:
        _carry_out(task, by, verb, typed, sent)
    except DomainError as error:
        status = 409 if isinstance(error, Conflict) else 422
        return page_of(request, task_for(request, pk), typed=typed, told=_sentences(error), status=status)
    messages.success(request, f"{task.document.original_filename}: {SAID[verb]}")
    there = ("review_task_screen", [pk]) if verb == "save" else ("review_reviewtask_changelist", [])
    return HttpResponseRedirect(reverse(f"admin:{there[0]}", args=there[1]))


def _carry_out(task: ReviewTask, by: User, verb: str, typed: Mapping[str, str], sent: Mapping[str, str]) -> None:
    """One step after the other, as the scripts take them; a step that fails gives the task back."""
    if verb not in SAID:
        raise Invalid("Choose what to do.")
    version = _version(sent.get("version", ""))
    shown = console.texts(task, by)
    changed = {name: {"text": text} for name, text in typed.items() if text.strip() != shown.get(name, "").strip()}
    holder = actions.claim(task=task, by=by, take_over=task.reviewer_id == by.pk).holder  # "next" has claimed it
    if holder is None:  # never: it was claimed
        raise Conflict
    try:
        if changed and verb != "reject":
            entries = {"fields": changed}
            version = actions.correct(task=task, by=by, holder=holder, entries=entries, version=version).version
        if verb == "approve":
            actions.approve(task=task, by=by, holder=holder, version=version)
        elif verb == "reject":
            actions.reject(task=task, by=by, holder=holder, reason=sent.get("reason", ""))
    finally:
        actions.release(task=task, by=by, holder=holder)


def _version(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Invalid("The form was not sent as it was shown; open it again.") from error


def _sentences(error: DomainError) -> list[str]:
    """What is wrong, field by field where that is known."""
    fields = error.extra.get("fields", {}).items()
    return [f"{label_of(name.removeprefix('fields.'))}: {' '.join(said)}" for name, said in fields] or [error.message]


PLAIN_URLS = [path("<uuid:pk>/screen/plain", admin.site.admin_view(submit), name="review_task_plain")]
"""Below the address of the queue."""
