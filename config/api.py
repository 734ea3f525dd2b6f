"""What all API views share: how bodies are read, in what form answers go out, and pages of lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework import parsers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.pagination import BasePagination
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

if TYPE_CHECKING:  # the views themselves import this module, through the settings
    from rest_framework.views import APIView

M = TypeVar("M", bound=Model)

DEFAULT_LIMIT, MAX_LIMIT = 20, 100
WHOLE_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
"""Eighteen digits fit the database's integers."""


class JSONParser(parsers.JSONParser):
    """Brackets nested thousands deep are bad input, not a crash."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError from error


class OneRepresentation(BaseContentNegotiation):
    """Each endpoint answers in one form; ``Accept`` chooses nothing, so it cannot be wrong."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class LimitOffset(BasePagination):
    """``{items, total, limit, offset}``. ``limit`` 1 to 100, default 20; ``offset`` from 0."""

    def paginate_queryset(  # type: ignore[override]  # lists of rows only
        self, queryset: QuerySet[M], request: Request, view: APIView | None = None
    ) -> list[M]:
        self.limit = _whole_number(request, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
        self.offset = _whole_number(request, "offset", 0, 0)
        self.total = queryset.count()
        if self.offset >= self.total:
            return []
        # Ids first: an index has them in order, and the rows of the pages before are not read.
        ids = list(queryset.values_list("pk", flat=True)[self.offset : self.offset + self.limit])
        rows = {row.pk: row for row in queryset.order_by().filter(pk__in=ids)}
        return [rows[pk] for pk in ids if pk in rows]

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"items": data, "total": self.total, "limit": self.limit, "offset": self.offset})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["items", "total", "limit", "offset"],
            "properties": {
                "items": schema,
                "total": {"type": "integer", "minimum": 0, "example": 1, "description": "On all pages together."},
                "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "example": DEFAULT_LIMIT},
                "offset": {"type": "integer", "minimum": 0, "example": 0},
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
        offset = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1, "default": 0}
        return [
            {"name": "limit", "in": "query", "description": "Items on a page.", "schema": limit},
            {"name": "offset", "in": "query", "description": "Items before the page.", "schema": offset},
        ]


def _whole_number(request: Request, name: str, default: int, minimum: int, maximum: int | None = None) -> int:
    given = request.query_params.get(name)
    if given is None:
        return default
    number = int(given) if WHOLE_NUMBER.fullmatch(given) else -1
    if number < minimum or (maximum is not None and number > maximum):
        bounds = f"at least {minimum}" if maximum is None else f"from {minimum} to {maximum}"
        raise ValidationError({name: [f"Must be a whole number {bounds}."]})
    return number
