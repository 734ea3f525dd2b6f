"""What was corrected before a document was read again is not forgotten."""

from __future__ import annotations

import pytest

from extraction import corrections
from extraction.models import ExtractionResult, JobPriority
from extraction.reprocessing import reprocess
from review import actions, console
from review.models import Correction, ReviewTask
from tests.unit.review.conftest import CLEAN, DOUBTFUL

pytestmark = pytest.mark.django_db


def correct(document, by, **entries):
    result = ExtractionResult.objects.get(document=document)
    corrections.correct(document=document, entries=entries, version=result.version, by=by)


def fields(**texts):
    return {name: {"text": text} for name, text in texts.items()}


def lines_of(document):
    rows = console.state(ReviewTask.objects.get(document=document), document.owner)["lines"]["rows"]
    return [{name: {"text": cell["text"]} for name, cell in row.items()} for row in rows]


@pytest.fixture
def read_again(people, django_capture_on_commit_callbacks):
    def read_again(document):
        with django_capture_on_commit_callbacks(execute=True):
            list(reprocess([document], by=people.owner, priority=JobPriority.NORMAL))

    return read_again


def overwritten(document, viewer):
    found = console.state(ReviewTask.objects.get(document=document), viewer)["overwritten"]
    return {(each["field"], each["row"]): (each["text"], each["now"], each["by"]) for each in found}


def test_the_last_correction_of_each_value_is_offered_again(read, people, read_again):
    document = read(DOUBTFUL)
    correct(document, people.mate, fields=fields(total_amount="66.00", purchase_order="PO-1", due_date=""))
    correct(document, people.owner, fields=fields(total_amount="67.20"))
    assert overwritten(document, people.owner) == {}  # they are there

    read_again(document)

    assert overwritten(document, people.owner) == {
        ("total_amount", None): ("67.20", "69.20", str(people.owner.email)),
        ("purchase_order", None): ("PO-1", "", str(people.mate.email)),
        ("due_date", None): ("", "2026-04-17", str(people.mate.email)),
    }


def test_what_is_as_it_was_corrected_or_was_changed_since_is_not(read, people, read_again):
    document = read(DOUBTFUL)
    correct(document, people.mate, fields=fields(total_amount="67.20", vendor_name="Marlow"))
    correct(document, people.mate, fields=fields(vendor_name="Marlow Paper Supplies Ltd"))
    read_again(document)

    correct(document, people.owner, fields=fields(total_amount="68.00"))

    assert overwritten(document, people.owner) == {}


def test_cells_are_offered_where_the_same_row_was_read_again(read, people, read_again):
    document = read(DOUBTFUL)
    rows = lines_of(document)
    rows[1]["description"] = {"text": "Envelopes, white"}
    correct(document, people.mate, line_items=rows)

    read_again(document)

    assert overwritten(document, people.owner) == {
        ("description", 1): ("Envelopes, white", "Envelopes C5", str(people.mate.email))
    }


def test_of_other_rows_nothing_is_said(read, people, read_again):
    document = read(DOUBTFUL)
    correct(document, people.mate, line_items=lines_of(document)[1:])  # the first one is gone: all rows moved

    read_again(document)

    assert overwritten(document, people.owner) == {}


def test_what_was_decided_is_not_asked_about(read, people, read_again):
    document = read(DOUBTFUL)
    correct(document, people.mate, fields=fields(total_amount="67.20"))
    read_again(document)
    actions.approve(task=ReviewTask.objects.get(document=document), by=people.owner)

    assert overwritten(document, people.owner) == {}


def test_a_document_without_corrections(read, people):
    document = read(CLEAN.replace("17 April 2026", ""))
    assert not Correction.objects.exists()
    for task in ReviewTask.objects.filter(document=document):
        assert console.state(task, people.owner)["overwritten"] == []
