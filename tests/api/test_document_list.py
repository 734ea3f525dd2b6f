"""GET /documents"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.queries import personal_workspace
from documents.models import Document
from tests.api.conftest import ELSEWHERE, Caller, error_of
from tests.api.test_upload import KEYS
from tests.factories import DocumentFactory, cast


def add(people, **fields) -> Document:
    """One more document of the owner; ``created_at`` cannot be given to the model."""
    created_at = fields.pop("created_at", None)
    document = DocumentFactory(owner=people.owner, workspace=people.workspace, **fields)
    if created_at:
        Document.objects.filter(pk=document.pk).update(created_at=created_at)
    return document


def ids(response) -> list[str]:
    assert response.status_code == 200, response.json()
    return [item["id"] for item in response.json()["items"]]


# --- Pages ------------------------------------------------------------------------------------------------------------
def test_nothing_yet(owner):
    assert owner.get("/documents").json() == {"items": [], "total": 0, "limit": 20, "offset": 0}


def test_newest_first_twenty_on_a_page(owner, people):
    made = [str(add(people).pk) for _ in range(23)]

    first = owner.get("/documents")
    second = owner.get("/documents", {"offset": "20"})

    assert ids(first) + ids(second) == made[::-1]
    assert len(ids(first)) == 20
    assert {key: first.json()[key] for key in ("total", "limit", "offset")} == {"total": 23, "limit": 20, "offset": 0}
    assert {key: second.json()[key] for key in ("total", "limit", "offset")} == {"total": 23, "limit": 20, "offset": 20}
    assert set(first.json()["items"][0]) >= KEYS


def test_pages_do_not_overlap_when_times_are_equal(owner, people):
    moment = datetime(2026, 4, 15, tzinfo=UTC)
    made = {str(add(people, created_at=moment).pk) for _ in range(9)}

    found = [each for offset in range(0, 9, 2) for each in ids(owner.get("/documents", {"limit": 2, "offset": offset}))]

    assert found == sorted(made, reverse=True)


@pytest.mark.parametrize("limit", [1, 100])
def test_limits(owner, people, limit):
    add(people), add(people)

    response = owner.get("/documents", {"limit": limit})

    assert (len(ids(response)), response.json()["limit"]) == (min(limit, 2), limit)


@pytest.mark.parametrize("offset", [1, 10, 2**31, 2**63, 10**18 - 1])
def test_offsets_past_the_end(owner, people, offset):
    add(people)
    if offset == 2**63:
        error_of(owner.get("/documents", {"offset": offset}), 422, "validation_error")
        return

    response = owner.get("/documents", {"offset": offset})

    assert (ids(response), response.json()["total"], response.json()["offset"]) == ([], 1, offset)


@pytest.mark.parametrize(
    "value", ["abc", "-1", "0", "101", "1.5", "1e3", "٣", "1_0", "0x10", "9" * 5000, "a\0b", "null"]
)
def test_a_limit_that_means_nothing(owner, value):
    assert list(error_of(owner.get("/documents", {"limit": value}), 422, "validation_error")["fields"]) == ["limit"]


@pytest.mark.parametrize("value", ["abc", "-1", "1.5", "9" * 19, "9" * 5000, "NaN", "- 1"])
def test_an_offset_that_means_nothing(owner, value):
    assert list(error_of(owner.get("/documents", {"offset": value}), 422, "validation_error")["fields"]) == ["offset"]


def test_queries_do_not_grow_with_the_page(owner, people):
    add(people)
    with CaptureQueriesContext(connection) as few:
        owner.get("/documents")
    for _ in range(20):
        add(people)
    with CaptureQueriesContext(connection) as many:
        owner.get("/documents")

    assert len(few) == len(many)


# --- Filters ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", ["uploaded", "processing", "completed", "failed"])
def test_by_status(owner, people, status):
    made = {each: add(people, status=each) for each in ("uploaded", "processing", "completed", "failed")}

    response = owner.get("/documents", {"status": status})

    assert ids(response) == [str(made[status].pk)]
    assert response.json()["total"] == 1


def test_by_kind(owner, people):
    add(people, kind="invoice"), add(people)
    receipt = add(people, kind="receipt")

    assert ids(owner.get("/documents", {"kind": "receipt"})) == [str(receipt.pk)]


@pytest.mark.parametrize("part", ["ÜBER", "über", "weis", "100%", "a_b", "\\", "'", '"; DROP TABLE', "💡"])
def test_by_part_of_the_file_name(owner, people, part):
    add(people, original_filename="100 a-b.pdf")
    wanted = add(people, original_filename=f"Überweisung 100% a_b \\ ' {part} 💡.pdf")

    assert ids(owner.get("/documents", {"filename": part})) == [str(wanted.pk)]


@pytest.mark.parametrize(
    ("parameter", "value", "found"),
    [
        ("created_after", "2026-04-15", "bc"),
        ("created_after", "2026-04-15T12:00:00Z", "bc"),
        ("created_after", "2026-04-15T12:00:01Z", "c"),
        ("created_after", "2026-04-15T14:00:00+02:00", "bc"),
        ("created_after", "2026-04-15 12:00", "bc"),
        ("created_before", "2026-04-15", "a"),
        ("created_before", "2026-04-15T12:00:00Z", "a"),
        ("created_before", "2026-04-15T12:00:00.000001Z", "ab"),
        ("created_before", "2026-04-16", "ab"),
        ("created_after", "0001-01-02", "abc"),
        ("created_before", "9999-12-30", "abc"),
    ],
)
def test_by_time(owner, people, parameter, value, found):
    for day, name in ((14, "a"), (15, "b"), (16, "c")):
        add(people, original_filename=name, created_at=datetime(2026, 4, day, 12, tzinfo=UTC))

    items = owner.get("/documents", {parameter: value, "ordering": "created_at"}).json()["items"]

    assert "".join(item["original_filename"] for item in items) == found


def test_filters_together(owner, people):
    for status in ("completed", "failed"):
        for kind in ("invoice", "receipt"):
            add(people, status=status, kind=kind, original_filename=f"{status}-{kind}.pdf")
    parameters = {"status": "failed", "kind": "receipt", "filename": "ED-R", "limit": 1}

    assert [item["original_filename"] for item in owner.get("/documents", parameters).json()["items"]] == [
        "failed-receipt.pdf"
    ]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("status", "nonsense"),
        ("status", "COMPLETED"),
        ("status", "uploaded\0"),
        ("kind", "nonsense"),
        ("created_after", "yesterday"),
        ("created_after", "2026-02-30"),
        ("created_after", "0001-01-01T00:00:00+14:00"),
        ("created_before", "2026-13-01T00:00:00Z"),
        ("created_before", "\0"),
        ("filename", "a\0b"),
        ("filename", "x" * 256),
        ("ordering", "owner"),
        ("ordering", "created_at,id"),
        ("ordering", "--created_at"),
        ("workspace_id", "nonsense"),
    ],
)
def test_a_filter_that_means_nothing(owner, parameter, value):
    extra = error_of(owner.get("/documents", {parameter: value}), 422, "validation_error")

    assert list(extra["fields"]) == [parameter]


@pytest.mark.parametrize(
    "parameter", ["status", "kind", "limit", "offset", "created_after", "created_before", "ordering", "workspace_id"]
)
def test_an_empty_parameter_means_nothing_either(owner, parameter):
    extra = error_of(owner.get("/documents", {parameter: ""}), 422, "validation_error")

    assert list(extra["fields"]) == [parameter]


def test_every_name_has_the_empty_part(owner, people):
    add(people)

    assert len(ids(owner.get("/documents", {"filename": ""}))) == 1


def test_an_unknown_parameter_is_no_matter(owner, people):
    add(people)

    assert len(ids(owner.get("/documents", {"colour": "blue"}))) == 1


# --- Order ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("created_at", "abcd"),
        ("-created_at", "dcba"),
        ("original_filename", "abcd"),
        ("-original_filename", "dcba"),
        ("file_size", "bcda"),
        ("-file_size", "adcb"),
        ("confidence_score", "cabd"),
        ("-confidence_score", "bacd"),
        ("processed_at", "bacd"),
        ("-processed_at", "abdc"),
    ],
)
def test_orderings_put_the_unknown_last(owner, people, ordering, expected):
    start = datetime(2026, 4, 15, tzinfo=UTC)
    rows = [("a", 9, 0.5, 2), ("b", 1, 0.9, 1), ("c", 2, 0.1, None), ("d", 3, None, None)]
    for number, (name, size, confidence, hours) in enumerate(rows):
        add(
            people,
            pk=f"00000000-0000-4000-8000-00000000000{number}",
            original_filename=name,
            file_size=size,
            confidence_score=confidence,
            processed_at=hours and start + timedelta(hours=hours),
            created_at=start + timedelta(minutes=number),
        )

    items = owner.get("/documents", {"ordering": ordering}).json()["items"]

    assert "".join(item["original_filename"] for item in items) == expected


# --- Who sees what ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("who", "count"), [("owner", 2), ("mate", 2), ("viewer", 2), ("stranger", 0)])
def test_who_sees_the_documents_of_a_workspace(callers, people, who, count):
    add(people), add(people)

    response = callers[who].get("/documents")

    assert (len(ids(response)), response.json()["total"]) == (count, count)


def test_nobody_sees_nothing(nobody):
    error_of(nobody.get("/documents"), 401, "not_authenticated")


def test_each_sees_what_belongs_to_all_of_their_workspaces(callers, people):
    shared = add(people)
    own = DocumentFactory(owner=people.mate)
    others = cast()
    DocumentFactory(owner=others.owner)

    assert ids(callers["mate"].get("/documents")) == [str(own.pk), str(shared.pk)]
    assert ids(callers["owner"].get("/documents")) == [str(shared.pk)]
    workspace = {"workspace_id": str(personal_workspace(people.mate).pk)}
    assert ids(callers["mate"].get("/documents", workspace)) == [str(own.pk)]
    assert ids(callers["owner"].get("/documents", workspace)) == []
    assert ids(callers["owner"].get("/documents", {"workspace_id": ELSEWHERE})) == []


def test_a_superuser_is_a_stranger_here(people):
    add(people)
    people.stranger.is_superuser = True
    people.stranger.save()

    assert ids(Caller(people.stranger).get("/documents")) == []
