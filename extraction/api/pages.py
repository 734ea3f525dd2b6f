"""The pages of a document as pictures and as words, so that another front end can show where each value stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import NotFound
from documents.api.views import DOCUMENT_ID, document_for
from documents.models import Document
from extraction import preview
from extraction.api import examples
from extraction.errors import StageFailed

NUMBER = OpenApiParameter("number", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH)
KEPT = {"Cache-Control": "private, max-age=3600"}


class PageSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(min_value=1)
    width = serializers.FloatField(help_text="In `unit`, as all boxes of the page are.")
    height = serializers.FloatField()
    unit = serializers.ChoiceField(["pt", "px", "char"])


class PagesSerializer(serializers.Serializer[Any]):
    pages = PageSerializer(many=True, help_text="None before the document was read, and of files without pages.")
    has_images = serializers.BooleanField(help_text="Whether each page has a picture.")


class WordSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    box = serializers.ListField(
        child=serializers.FloatField(), min_length=4, max_length=4, help_text="Left, top, right, bottom."
    )


class WordsSerializer(serializers.Serializer[Any]):
    words = WordSerializer(many=True, help_text="In reading order.")


class WantedPictureSerializer(serializers.Serializer[Any]):
    """What is asked for in the address."""

    width = serializers.IntegerField(
        required=False,
        default=1200,
        min_value=1,
        max_value=preview.WIDTHS[-1],
        help_text="Pixels of the whole page. The picture is at least as wide: there are few widths, which are cached.",
    )
    box = serializers.RegexField(
        r"^-?\d{1,6}(\.\d{1,6})?(,-?\d{1,6}(\.\d{1,6})?){3}\Z",
        required=False,
        help_text="Only this part, with a small margin: left, top, right, bottom, as a field's `box` has them.",
    )

    def validate_box(self, text: str) -> tuple[float, ...]:
        left, top, right, bottom = box = tuple(float(side) for side in text.split(","))
        if left >= right or top >= bottom:
            raise serializers.ValidationError("Must be left, top, right and bottom, and not empty.")
        return box


class Pages(APIView):
    @extend_schema(
        operation_id="list_pages",
        tags=["pages"],
        summary="The pages of a document",
        parameters=[DOCUMENT_ID],
        responses=PagesSerializer,
        examples=[examples.PAGES],
    )
    def get(self, request: Request, document_id: str) -> Response:
        document = document_for(request, document_id)
        return Response(
            PagesSerializer({"pages": preview.sheets(document), "has_images": preview.has_pictures(document)}).data
        )


class PageWords(APIView):
    @extend_schema(
        operation_id="list_words",
        tags=["pages"],
        summary="The words of a page, and where they stand",
        parameters=[DOCUMENT_ID, NUMBER],
        responses=WordsSerializer,
        examples=[examples.WORDS],
    )
    def get(self, request: Request, document_id: str, number: int) -> Response:
        document = document_for(request, document_id)
        _page(document, number)
        words = ({"text": text, "box": box} for text, *box in preview.page_words(document, number))
        return Response({"words": list(words)}, headers=KEPT)


class PageImage(APIView):
    @extend_schema(
        operation_id="get_page_image",
        tags=["pages"],
        summary="A page as a picture, or a part of one",
        description="As it is read: turned upright, so that boxes fit. Scans and photographs are JPEG, all others PNG.",
        parameters=[DOCUMENT_ID, NUMBER, WantedPictureSerializer],
        responses={(200, "image/png"): OpenApiTypes.BINARY, (200, "image/jpeg"): OpenApiTypes.BINARY, 404: None},
    )
    def get(self, request: Request, document_id: str, number: int) -> HttpResponse:
        document = document_for(request, document_id)
        wanted = WantedPictureSerializer(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        page = _page(document, number)
        asked: dict[str, Any] = wanted.validated_data
        try:
            picture = preview.page_picture(document, number, preview.width_for(asked["width"]))
        except (StageFailed, FileNotFoundError) as error:
            raise NotFound("This page cannot be shown.") from error
        if "box" in asked:
            picture = preview.part_of(picture, page, asked["box"])
        return HttpResponse(picture, content_type=preview.media_type(picture), headers=KEPT)


def _page(document: Document, number: int) -> dict[str, Any]:
    found = next((page for page in preview.sheets(document) if page["number"] == number), None)
    if found is None:
        raise NotFound("There is no such page, or the document was not read yet.")
    return found
