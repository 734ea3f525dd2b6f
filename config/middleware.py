"""What browsers may do with an answer, where the general policy of the settings does not fit."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import NONE
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

API = "/api/"
NOTHING = {"default-src": [NONE], "frame-ancestors": [NONE], "base-uri": [NONE], "form-action": [NONE]}


class ResponsePolicyMiddleware:
    """API answers are data: never kept by a cache, never run. The admin alone gets its scripts' permissions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(API):
            response.headers.setdefault("Cache-Control", "no-store")
            response._csp_config = NOTHING  # type: ignore[attr-defined]  # read by django-csp
        elif request.path_info.startswith(reverse("admin:index")):
            own = getattr(response, "_csp_replace", {})
            response._csp_replace = {"script-src": settings.ADMIN_SCRIPT_SOURCES} | own  # type: ignore[attr-defined]
        return response
