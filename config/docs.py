"""The API's description, for programs and for people. All of it is served from here; nothing is fetched elsewhere."""

from __future__ import annotations

from functools import cache
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

SCHEMA = "openapi"


@cache
def openapi() -> dict[str, Any]:
    """The same for everybody, so made once in a process."""
    return dict(SchemaGenerator().get_schema(public=True))  # type: ignore[no-untyped-call]


class OpenAPI(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(openapi())


class Landing(APIView):
    """Where to go from here."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    renderer_classes = (TemplateHTMLRenderer,)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(template_name="landing.html")


class Swagger(SpectacularSwaggerSplitView):
    """Its script is an address of its own, so the page needs no inline script."""

    url_name = SCHEMA
    throttle_classes = ()


@method_decorator(csp_update({"worker-src": [SELF, "blob:"]}), name="dispatch")  # Redoc searches in a worker
class Redoc(SpectacularRedocView):
    url_name = SCHEMA
    throttle_classes = ()
