"""Results as files for other programs: one address for each format in the registry."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.views import APIView

from documents.api.views import DOCUMENT_ID, document_for
from exports.formats import Exported, Format
from extraction import queries
from extraction.api.examples import EXTRACTED_DATA
from extraction.api.serializers import ExtractedDataSerializer

BODIES: dict[str, Any] = {"json": ExtractedDataSerializer, "csv": OpenApiTypes.STR}
EXAMPLES = {"json": EXTRACTED_DATA, "csv": "document_type,vendor_name,...\r\ninvoice,Northwind Supplies,...\r\n"}
"""How a format is described; one that is not here is described as bytes."""

REVIEW_STATUS = OpenApiParameter(
    "X-Review-Status",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[200],
    description="Whether the data was approved, or passed unseen; anything else says that it is not final.",
)


class Export(APIView):
    """One document in one format, as a file named after the document's id."""

    chosen: Format

    def get(self, request: Request, document_id: str) -> HttpResponse:
        document = document_for(request, document_id)
        data = queries.result_of(document).extracted_data
        exported = Exported(
            document_id=document.pk,
            filename=document.original_filename,
            data=data,
            review_status=document.review_status,
        )
        return HttpResponse(
            self.chosen.one(exported),
            content_type=self.chosen.content_type,
            headers={
                "Content-Disposition": f'attachment; filename="{document.pk}.{self.chosen.name}"',
                "X-Review-Status": document.review_status or "unknown",
            },
        )


def view_of(chosen: Format) -> type[APIView]:
    """The view of one format, with its description."""
    media_type = chosen.content_type.partition(";")[0]
    described = extend_schema(
        operation_id=f"export_{chosen.name}",
        tags=["exports"],
        summary=f"What was read, as {chosen.name.upper()}",
        parameters=[DOCUMENT_ID, REVIEW_STATUS],
        responses={(200, media_type): BODIES.get(chosen.name, OpenApiTypes.BINARY)},
        examples=[OpenApiExample("Export", EXAMPLES.get(chosen.name), response_only=True, media_type=media_type)],
    )
    view: type[APIView] = extend_schema_view(get=described)(
        type(f"Export{chosen.name.title()}", (Export,), {"chosen": chosen})
    )
    return view
