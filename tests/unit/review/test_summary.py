"""What finds a task, whatever its document is called."""

from __future__ import annotations

import random

import pytest

from documents.models import Document
from extraction.models import ExtractionResult
from review import summary
from review.models import ReviewTask, State

pytestmark = pytest.mark.django_db
CYRILLIC, CHINESE, SYMBOLS = 0x0410, 0x4E00, 0x1F300
"""Characters of two, three and four bytes."""


def letters(first: int, count: int) -> str:
    """At random, so that the database cannot make them smaller: its indexes refuse what is too large."""
    return "".join(map(chr, random.Random(count).choices(range(first, first + 32), k=count)))


@pytest.mark.parametrize("state", [State.TO_REVIEW, State.APPROVED])
@pytest.mark.parametrize("script", [CYRILLIC, CHINESE, SYMBOLS])
def test_names_of_any_script_and_length_can_be_sought(read, script, state):
    task = ReviewTask.objects.get(document=read())
    name, vendor, number = (letters(script, count) for count in (255, 300, 301))
    values = summary.of(
        Document(original_filename=name),
        ExtractionResult(extracted_data={"vendor_name": vendor, "invoice_number": number}),
    )
    ReviewTask.objects.filter(pk=task.pk).update(state=state, **values)
    parts = (name, vendor[:255], number[:255]) if script != SYMBOLS else (name, vendor[:255])
    assert all(ReviewTask.objects.filter(sought__icontains=part).get() == task for part in parts)
    assert values["sought"].startswith("\n".join(parts))
