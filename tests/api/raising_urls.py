"""The service's paths, and some whose views raise: ``/raise/<name>`` in plain Django, ``/api/v1/raise/<name>`` in REST
framework."""

from __future__ import annotations

from django.core import exceptions
from django.core.files.uploadhandler import StopUpload
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from common import errors
from config.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

SECRET = "the password is hunter2"
RAISED = {
    error.__name__: error
    for error in (
        ZeroDivisionError,
        RecursionError,
        MemoryError,
        Http404,
        exceptions.PermissionDenied,
        exceptions.SuspiciousOperation,
        exceptions.DisallowedHost,
        exceptions.BadRequest,
        exceptions.RequestDataTooBig,
        exceptions.TooManyFieldsSent,
        exceptions.TooManyFilesSent,
        MultiPartParserError,
        UnreadablePostError,
        StopUpload,
        OperationalError,
        InterfaceError,
        errors.Unavailable,
        errors.Invalid,
    )
}


def plain(request: HttpRequest, name: str) -> None:
    raise RAISED[name](SECRET)


class Raising(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request, name: str) -> None:
        raise RAISED[name](SECRET)


urlpatterns = [*urlpatterns, path("raise/<str:name>", plain), path("api/v1/raise/<str:name>", Raising.as_view())]
