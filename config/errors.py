"""Which answer does an error give? One table, one shape:

``{"detail": {"code": "not_found", "message": "A sentence for a person.", "extra": {"request_id": "..."}}}``

Views raise; nothing else in the service builds an error answer. What is not in the table is a mistake of ours: 500,
the trace in the log, no word of it in the answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import structlog
from django.core import exceptions as django
from django.core.files.uploadhandler import StopUpload
from django.db.utils import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.views import defaults
from django.views.csrf import csrf_failure
from rest_framework import exceptions as rest

from common import errors as domain
from common.middleware import current_request_id
from config.middleware import is_admin

log = structlog.get_logger(__name__)


class Problem(NamedTuple):
    status: int
    code: str
    message: str


NOT_FOUND = Problem(404, "not_found", "Not found.")
FORBIDDEN = Problem(403, "permission_denied", "You may not do this.")
UNAUTHENTICATED = Problem(401, "authentication_failed", "The access token is not valid or has expired.")
METHOD_NOT_ALLOWED = Problem(405, "method_not_allowed", "This method is not allowed here.")
INVALID = Problem(422, "validation_error", "The input is not valid.")
UNREADABLE = Problem(422, "validation_error", "The body of the request could not be read.")
TOO_LARGE = Problem(413, "payload_too_large", "The request is too large.")
BAD_REQUEST = Problem(400, "bad_request", "The request could not be understood.")
UNAVAILABLE = Problem(503, "service_unavailable", "The service is not available at the moment.")
INTERNAL = Problem(500, "internal_error", "Something went wrong on our side.")

DOMAIN_STATUS: dict[type[domain.DomainError], int] = {
    domain.NotFound: 404,
    domain.Conflict: 409,
    domain.Invalid: 422,
    domain.TooLarge: 413,
    domain.AuthenticationFailed: 401,
    domain.PermissionDenied: 403,
    domain.Unavailable: 503,
}
"""Errors of the domain bring code, message and extra with them."""

PROBLEMS: dict[type[BaseException], Problem] = {
    rest.ValidationError: INVALID,
    rest.ParseError: UNREADABLE,
    rest.NotAuthenticated: Problem(401, "not_authenticated", "An access token is needed."),
    rest.AuthenticationFailed: UNAUTHENTICATED,
    rest.PermissionDenied: FORBIDDEN,
    rest.NotFound: NOT_FOUND,
    rest.MethodNotAllowed: METHOD_NOT_ALLOWED,
    rest.UnsupportedMediaType: Problem(415, "unsupported_media_type", "This content type is not accepted here."),
    rest.Throttled: Problem(429, "throttled", "Too many requests; try again later."),
    Http404: NOT_FOUND,
    django.PermissionDenied: FORBIDDEN,
    django.RequestDataTooBig: TOO_LARGE,
    django.TooManyFieldsSent: INVALID,
    django.TooManyFilesSent: INVALID,
    MultiPartParserError: UNREADABLE,
    UnreadablePostError: BAD_REQUEST,
    StopUpload: BAD_REQUEST,
    django.SuspiciousOperation: BAD_REQUEST,
    django.BadRequest: BAD_REQUEST,
    OperationalError: UNAVAILABLE,
    InterfaceError: UNAVAILABLE,
}
"""Errors of the libraries; the nearest ancestor of an error's class counts."""


def answer(
    problem: Problem, extra: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> JsonResponse:
    """The one shape."""
    detail = {
        "code": problem.code,
        "message": problem.message,
        "extra": {**(extra or {}), "request_id": current_request_id()},
    }
    response = JsonResponse({"detail": detail}, status=problem.status, headers=dict(headers or {}))
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def handle_exception(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """What REST framework calls with anything a view raises; ``None`` leaves a mistake of ours to Django."""
    found = problem_of(error)
    if found is None:
        return None
    problem, extra = found
    if problem.status >= 500 and not isinstance(error, domain.DomainError):
        log.error("request.failed", error=type(error).__name__, exc_info=error)
    return answer(problem, extra, _headers(error))


def problem_of(error: BaseException) -> tuple[Problem, Mapping[str, Any]] | None:
    """The answer to an error and what helps with it; ``None`` for what nobody foresaw."""
    if isinstance(error, domain.DomainError):
        status = next(DOMAIN_STATUS[kind] for kind in type(error).__mro__ if kind in DOMAIN_STATUS)
        return Problem(status, error.code, error.message), error.extra
    problem = next((PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS), None)
    if problem is None and isinstance(error, rest.APIException):  # an edge's own, complete in itself
        problem = Problem(error.status_code, error.default_code, str(error.detail))
    if problem is None:
        return None
    return problem, {"fields": by_field(error.detail)} if isinstance(error, rest.ValidationError) else {}


def _headers(error: Exception) -> dict[str, str]:
    wait = getattr(error, "wait", None)
    retry = {} if wait is None else {"Retry-After": str(max(1, math.ceil(wait)))}
    return {**retry, **getattr(error, "headers", {})}


def by_field(detail: Any, name: str = "") -> dict[str, list[str]]:
    """Sentences by field; nested names are joined with dots. What is about no single field is about the ``body``."""
    if isinstance(detail, Mapping):
        parts = [by_field(value, f"{name}.{key}".lstrip(".")) for key, value in detail.items()]
        return {key: sentences for part in parts for key, sentences in part.items()}
    sentences = detail if isinstance(detail, list) else [detail]
    own = "body" if name in {"", "non_field_errors"} else name
    return {own: [str(sentence) for sentence in sentences]}


# --- Outside of REST framework's views: unknown paths, refused hosts, mistakes ----------------------------------------
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    problem, extra = problem_of(exception) or (BAD_REQUEST, {})
    page = is_admin(request) and not _asked_by_script(request)
    return defaults.bad_request(request, exception) if page else answer(problem, extra)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return defaults.permission_denied(request, exception) if is_admin(request) else answer(FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return defaults.page_not_found(request, exception) if is_admin(request) else answer(NOT_FOUND)


def internal_error(request: HttpRequest) -> HttpResponse:
    return defaults.server_error(request) if is_admin(request) else answer(INTERNAL)


def forgery_suspected(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The token against forged requests is missing, or older than the last sign-in."""
    if not _asked_by_script(request):
        return csrf_failure(request, reason)
    return answer(FORBIDDEN._replace(message="This page is older than your sign-in; load it again."))


def _asked_by_script(request: HttpRequest) -> bool:
    """Whether an address of the admin answers scripts alone, or the asker wants what scripts want."""
    view = request.resolver_match and request.resolver_match.func
    wanted = request.headers.get("Accept", "").startswith("application/json")
    return is_admin(request) and (wanted or getattr(view, "answers_scripts", False))


class AdminProblemMiddleware:
    """What scripts of the admin ask for answers as the API does; pages are Django's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and _asked_by_script(request):
            return answer(METHOD_NOT_ALLOWED, headers={"Allow": response.headers["Allow"]})
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return handle_exception(exception, {}) if _asked_by_script(request) else None
