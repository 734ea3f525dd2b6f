"""A finished sheet as the bytes of a PDF, or as plain text on a grid of characters."""

from __future__ import annotations

from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from training.generator.fonts import ready
from training.generator.sheet import Area, Leaf, Rule, Sheet, Text


def pdf(sheet: Sheet, *, title: str = "", author: str = "") -> bytes:
    """The same bytes every time."""
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=1)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for leaf in sheet.leaves:
        canvas.setPageSize((leaf.width, leaf.height))
        _draw(canvas, leaf)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(canvas: Canvas, leaf: Leaf) -> None:
    for mark in leaf.marks:
        if isinstance(mark, Text):
            canvas.setFillColorRGB(*mark.color)
            canvas.setFont(ready(mark.font), mark.size)
            canvas.drawString(mark.x, leaf.height - mark.y, mark.text, charSpace=mark.spacing)
        elif isinstance(mark, Rule):
            canvas.setStrokeColorRGB(*mark.color)
            canvas.setLineWidth(mark.width)
            canvas.line(mark.x0, leaf.height - mark.y0, mark.x1, leaf.height - mark.y1)
        else:
            _area(canvas, leaf, mark)


def _area(canvas: Canvas, leaf: Leaf, area: Area) -> None:
    x0, y0, x1, y1 = area.box
    if area.fill:
        canvas.setFillColorRGB(*area.fill)
    canvas.setStrokeColorRGB(*area.color)
    canvas.setLineWidth(area.stroke)
    canvas.rect(x0, leaf.height - y1, x1 - x0, y1 - y0, stroke=int(area.fill is None), fill=int(area.fill is not None))


def text(sheet: Sheet, *, aligned: bool = True) -> str:
    """Page after page, separated by form feeds; columns kept by spaces if ``aligned``, else by two of them."""
    return "\f".join(_page_text(leaf, aligned) for leaf in sheet.leaves)


def _page_text(leaf: Leaf, aligned: bool) -> str:
    words = sorted((mark for mark in leaf.marks if isinstance(mark, Text)), key=lambda mark: (mark.y, mark.x))
    rows: list[list[Text]] = []
    for mark in words:
        if rows and mark.y - rows[-1][0].y < 0.45 * mark.size:
            rows[-1].append(mark)
        else:
            rows.append([mark])
    step = min((mark.width / len(mark.text) for mark in words if len(mark.text) > 3), default=5.0)
    return "".join(f"{_row(sorted(row, key=lambda mark: mark.x), step if aligned else 0)}\n" for row in rows)


def _row(row: list[Text], step: float) -> str:
    """``step`` is the width of a character; 0 sets pieces side by side without regard to their place."""
    line, end = "", 0.0
    for mark in row:
        touching = mark.x - end < 0.12 * mark.size
        if line and not touching and not line.endswith(" "):
            line += " " if mark.x - end < 0.5 * mark.size else "  "
        if step and not (line and touching):
            line = line.ljust(int(mark.x / step))
        line += mark.text
        end = mark.x + mark.width
    return line.rstrip()
