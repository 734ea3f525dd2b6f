"""The table of the queue. It looks like Unfold's, which makes all headings anew for each row: that took longer than all
else on the page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.templatetags.unfold_list import CHECKBOX_CLASSES, ROW_CLASSES, result_headers
from unfold.views import ChangeList

register = template.Library()
TICK_BOX = "action_checkbox"


@register.inclusion_tag("review/queue_rows.html")
def queue_rows(cl: ChangeList) -> dict[str, Any]:
    """The rows of ``cl``, whose columns are all methods of its admin."""
    headings = list(result_headers(cl))
    columns = [
        (_start(name, heading["text"]), getattr(cl.model_admin, name))
        for name, heading in zip(cl.list_display, headings, strict=True)
    ]
    empty = cl.model_admin.get_empty_value_display()
    return {
        "cl": cl,
        "result_headers": headings,
        "num_sorted_fields": sum(heading.get("sorted", False) for heading in headings),
        "rows": [
            format_html_join("", "{}{}</td>", ((start, show(row) or empty) for start, show in columns))
            for row in cl.result_list
        ],
    }


def _start(name: str, heading: str) -> SafeString:
    """Of each cell of a column; narrow screens show the heading in the cell."""
    classes = CHECKBOX_CLASSES if name == TICK_BOX else [f"field-{name}", *ROW_CLASSES]
    label = "Select record" if name == TICK_BOX else heading
    return format_html('<td class="{}" data-label="{}">', " ".join(classes), label)
