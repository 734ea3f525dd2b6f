"""What browsers may do with an answer, and who is named in the log as the one that asked the admin."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import NONE
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from structlog.contextvars import bind_contextvars

API = "/api/"
NOTHING = {"default-src": [NONE], "frame-ancestors": [NONE], "base-uri": [NONE], "form-action": [NONE]}


def is_admin(request: HttpRequest) -> bool:
    return request.path_info.startswith(reverse("admin:index"))


class AdminActorMiddleware:
    """Binds who is signed in to every log line; the API, which knows no sessions, does so for the bearer of a token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_admin(request) and request.user.is_authenticated:
            bind_contextvars(actor=request.user.email)
        return self.get_response(request)


class ResponsePolicyMiddleware:
    """API answers are data: never kept by a cache, never run. The admin alone gets its scripts' permissions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(API):
            response.headers.setdefault("Cache-Control", "no-store")
            response._csp_config = NOTHING  # type: ignore[attr-defined]  # read by django-csp
        elif is_admin(request):
            own = getattr(response, "_csp_replace", {})
            response._csp_replace = {"script-src": settings.ADMIN_SCRIPT_SOURCES} | own  # type: ignore[attr-defined]
        return response
