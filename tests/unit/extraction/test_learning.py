"""What reviewers confirm on a vendor's documents becomes its memory, if it makes nothing worse."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.queries import personal_workspace
from audit.models import Event
from common.errors import Conflict, Invalid
from documents import actions as documents
from documents import intake as arrivals
from documents import storage
from extraction import actions, intake, learning
from extraction.bridge.entries import written_values
from extraction.models import Confirmation, ExtractionResult, JobTrigger, Vendor, VendorKey
from tests.engine.test_memory import FIRST, SECOND, THIRD, WITHIN_A_CELL, box_of
from tests.factories import DocumentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def inline(settings):
    """Documents are read at once, by the real engine."""
    settings.PROCESSING_MODE = "inline"


@pytest.fixture
def owner():
    return UserFactory()


@pytest.fixture
def add(owner, tmp_path, django_capture_on_commit_callbacks):
    """Take in a page of text and have it read; the document."""

    def add(page, by=owner):
        path = tmp_path / "page.txt"
        path.write_text(page, encoding="utf-8")
        with django_capture_on_commit_callbacks(execute=True):
            arrival = arrivals.receive_path(path)
            return intake.receive(arrival=arrival, workspace=personal_workspace(by), by=by).document

    return add


def confirmed(page, number, **others):
    """A reviewer's word on the vendor and the number, which stands beside a label that no language knows."""
    box = box_of(page, number)
    place = {"page": 1, "box": [box.x0, box.y0, box.x1, box.y1]}
    return {
        "vendor_name": {"value": "Kranich & Sohn"},
        "invoice_number": {"value": number, **place},
        **others,
    }


def number_of(document):
    return ExtractionResult.objects.get(document=document).extracted_data["invoice_number"]


def test_from_the_first_correction_to_the_next_document(add, owner):
    first = add(FIRST)
    assert number_of(first) != "KS.17.A", "or this test shows nothing"
    learning.confirm(document=first, values=confirmed(FIRST, "KS.17.A"), by=owner)
    assert number_of(add(SECOND)) != "KS.18.B", "not used before a replay"

    outcome = learning.replay(Vendor.objects.get())
    assert (outcome.documents, outcome.worse) == (1, [])
    assert outcome.after == outcome.before + 1

    third = add(THIRD)
    assert number_of(third) == "KS.231.C"
    described = ExtractionResult.objects.get(document=third).fields["invoice_number"]
    assert described["rule"] == "memory"
    assert described["why"]["reasons"] == ["where it was confirmed on 1 earlier document"]


def test_each_document_is_read_without_its_own_contribution(add, owner):
    """What only the document itself could have taught proves nothing."""
    for page, number in ((FIRST, "KS.17.A"), (SECOND, "KS.18.B")):
        values = confirmed(page, number, bic={"value": f"XXXX{number[3:5]}"})
        learning.confirm(document=add(page), values=values, by=owner)
    outcome = learning.replay(Vendor.objects.get())
    assert outcome.documents == 2
    assert outcome.after - outcome.before == 2, "both numbers, none of the codes"


def test_a_memory_that_makes_something_worse_is_not_used(add, owner):
    """Reviewers who once marked a wrong place: the next documents would be read from there."""
    misled = {"customer_number": {"value": "RECHNUNG", "page": 1, "box": [37, 3, 45, 4]}}
    for page, number in ((FIRST, "KS.17.A"), (SECOND, "KS.18.B")):
        learning.confirm(document=add(page), values=confirmed(page, number, **misled), by=owner)
    none = {"customer_number": {"value": ""}}
    last = add(THIRD)
    learning.confirm(document=last, values=confirmed(THIRD, "KS.231.C", **none), by=owner)

    outcome = learning.replay(Vendor.objects.get())

    assert outcome.worse == [(str(last.pk), "customer_number")]
    vendor = Vendor.objects.get()
    assert vendor.memory is None
    assert vendor.replay["worse"] == [[str(last.pk), "customer_number"]]


def test_all_that_was_read_is_confirmed_and_learned(add, owner):
    """As an approval does: a currency beside amounts, two days in one cell, an account in groups."""
    pages = [WITHIN_A_CELL.format(currency="EUR").replace("KS-17", f"KS-{number}") for number in (17, 18, 19, 20)]
    for page in pages[:3]:
        document = add(page)
        result = ExtractionResult.objects.get(document=document)
        read = {name: {"value": text} for name, text in written_values(result.extraction).items()}
        del read["document_type"]
        places = {name: {key: result.fields[name][key] for key in ("page", "box")} for name in read}
        learning.confirm(document=document, values={name: read[name] | places[name] for name in read}, by=owner)

    outcome = learning.replay(Vendor.objects.get())

    assert (outcome.documents, outcome.worse) == (3, [])
    fields = ExtractionResult.objects.get(document=add(pages[3])).fields
    assert (fields["invoice_number"]["value"], fields["currency"]["value"]) == ("KS-20", "EUR")
    assert fields["currency"]["why"]["reasons"][0] == "as confirmed on 3 earlier documents"


def test_dry_runs_change_nothing(add, owner):
    learning.confirm(document=add(FIRST), values=confirmed(FIRST, "KS.17.A"), by=owner)
    before = Vendor.objects.values().get()
    assert learning.replay(Vendor.objects.get(), use=False).documents == 1
    assert Vendor.objects.values().get() == before
    assert learning.due().exists(), "it still has to be tested in earnest"
    assert learning.replay_due(before["id"]).is_good
    assert not learning.due().exists()


def test_other_workspaces_learn_nothing(add, owner):
    learning.confirm(document=add(FIRST), values=confirmed(FIRST, "KS.17.A"), by=owner)
    learning.replay(Vendor.objects.get())
    assert number_of(add(THIRD, by=UserFactory())) != "KS.231.C"


def test_confirming_again_replaces(add, owner):
    document = add(FIRST)
    learning.confirm(document=document, values=confirmed(FIRST, "119,00"), by=owner)
    learning.confirm(document=document, values=confirmed(FIRST, "KS.17.A"), by=owner)
    assert Confirmation.objects.get().values["invoice_number"]["value"] == "KS.17.A"
    assert Vendor.objects.get().proposed["documents"] == 1


def test_vendors_are_known_by_their_surest_key(add, owner):
    for page, vat_id, name in ((FIRST, "DE136695976", "Kranich"), (SECOND, "DE 136 695 976", "Kranich & Sohn oHG")):
        values = {"vendor_vat_id": {"value": vat_id}, "vendor_name": {"value": name}}
        learning.confirm(document=add(page), values=values, by=owner)
    assert Vendor.objects.count() == 1
    assert set(VendorKey.objects.values_list("key", flat=True)) == {
        "vendor_vat_id:de136695976",
        "vendor_name:kranich",
        "vendor_name:kranichsohnohg",
    }


def test_it_is_told_in_the_audit_trail_and_can_be_forgotten(add, owner):
    document = add(FIRST)
    learning.confirm(document=document, values=confirmed(FIRST, "KS.17.A"), by=owner)
    event = Event.objects.get(action="document.confirmed")
    assert (event.actor_id, event.object_id) == (owner.pk, document.pk)
    assert event.data["fields"] == ["invoice_number", "vendor_name"], "names, not values"

    learning.replay(Vendor.objects.get())
    learning.forget(vendor=Vendor.objects.get(), by=owner)
    assert number_of(add(THIRD)) != "KS.231.C"
    assert Event.objects.get(action="vendor.forgotten").workspace_id == document.workspace_id


def test_nothing_is_kept_when_the_event_is_refused(add, owner, refuse_event):
    document = add(FIRST)
    refuse_event("document.confirmed")
    with pytest.raises(Exception, match="refused"):
        learning.confirm(document=document, values=confirmed(FIRST, "KS.17.A"), by=owner)
    assert not Confirmation.objects.exists()
    assert not Vendor.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"nonsense": {"value": "1"}, "vendor_name": {"value": "A"}},
        {"invoice_number": {"value": "1"}},
        {"vendor_name": {"value": ""}},
    ],
)
def test_what_cannot_be_learned(add, owner, values):
    with pytest.raises(Invalid):
        learning.confirm(document=add(FIRST), values=values, by=owner)


def test_a_document_that_is_not_read_cannot_be_learned_from(owner):
    with pytest.raises(Conflict):
        learning.confirm(document=DocumentFactory(owner=owner), values={"vendor_name": {"value": "A"}}, by=owner)


def test_a_lost_artefact_shows_nothing(add, owner):
    document = add(FIRST)
    learning.confirm(document=document, values=confirmed(FIRST, "KS.17.A"), by=owner)
    storage.delete_folder(storage.folder_of(document.workspace_id, document.pk))
    outcome = learning.replay(Vendor.objects.get())
    assert outcome.documents == 0
    assert Vendor.objects.get().memory is None


def test_reading_again_uses_the_memory(add, owner, django_capture_on_commit_callbacks):
    document = add(FIRST)
    learning.confirm(document=document, values=confirmed(FIRST, "KS.17.A"), by=owner)
    learning.replay(Vendor.objects.get())
    with django_capture_on_commit_callbacks(execute=True):
        actions.submit(document=document, by=owner, trigger=JobTrigger.REPROCESS)
    assert number_of(document) == "KS.17.A"


HOSTILE = [
    {"value": 5},
    {"value": ["a"]},
    "text",
    None,
    {"value": "a\0b"},
    {"value": "x" * 10_001},
    {"value": "a", "page": "1"},
    {"value": "a", "page": 0},
    {"value": "a", "page": True},
    {"value": "a", "page": 10**30},
    {"value": "a", "page": 1, "box": [1, 2, 3]},
    {"value": "a", "page": 1, "box": [1, 2, 3, "4"]},
    {"value": "a", "page": 1, "box": [1, 2, 3, float("nan")]},
    {"value": "a", "page": 1, "box": [1, 2, 3, float("inf")]},
    {"value": "a", "page": 1, "box": {"x": 1}},
]


@pytest.mark.parametrize("item", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_confirmations_are_refused(add, owner, item):
    with pytest.raises(Invalid) as refused:
        learning.confirm(document=add(FIRST), values=confirmed(FIRST, "KS.17.A", invoice_number=item), by=owner)
    assert list(refused.value.extra["fields"]) == ["invoice_number"]
    assert not Vendor.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("total_amount", "1,50"), ("total_amount", "NaN"), ("total_amount", "Infinity"), ("invoice_date", "5 May")],
)
def test_values_have_the_form_of_their_field(add, owner, name, value):
    with pytest.raises(Invalid):
        learning.confirm(document=add(FIRST), values=confirmed(FIRST, "KS.17.A", **{name: {"value": value}}), by=owner)


def test_boxes_far_away_teach_nothing_wrong(add, owner):
    far = {"value": "KS.17.A", "page": 7, "box": [-1e8, 1e8, 1e8, -1e8], "more": "x" * 1_000}
    learning.confirm(document=add(FIRST), values=confirmed(FIRST, "KS.17.A", invoice_number=far), by=owner)
    assert "more" not in Confirmation.objects.get().values["invoice_number"]
    learning.replay(Vendor.objects.get())
    assert number_of(add(THIRD)) != "KS.17.A"


def test_a_document_of_another_vendor_after_all(add, owner):
    document = add(FIRST)
    learning.confirm(document=document, values=confirmed(FIRST, "KS.17.A"), by=owner)
    learning.confirm(document=document, values=confirmed(FIRST, "KS.17.A", vendor_name={"value": "Other"}), by=owner)
    assert Vendor.objects.get(name="Kranich & Sohn").proposed["documents"] == 0
    assert Vendor.objects.get(name="Other").proposed["documents"] == 1


def test_a_memory_that_has_become_wrong_is_dropped(add, owner):
    """In use since the vendor's first document; now it prints something else in that place."""
    misled = {"customer_number": {"value": "RECHNUNG", "page": 1, "box": [37, 3, 45, 4]}}
    learning.confirm(document=add(FIRST), values=confirmed(FIRST, "KS.17.A", **misled), by=owner)
    assert learning.replay(Vendor.objects.get()).is_good
    assert Vendor.objects.get().memory is not None
    none = {"customer_number": {"value": ""}}
    learning.confirm(document=add(THIRD), values=confirmed(THIRD, "KS.231.C", **none), by=owner)

    assert not learning.replay(Vendor.objects.get(), use=False).dropped
    assert Vendor.objects.get().memory is not None
    outcome = learning.replay(Vendor.objects.get(), by=owner)

    assert outcome.dropped
    assert Vendor.objects.get().memory is None
    event = Event.objects.filter(action="vendor.replayed").first()
    assert (event.actor_id, event.data["used"], event.data["dropped"]) == (owner.pk, False, True)


def test_deleting_all_its_documents_ends_a_memory(add, owner):
    document = add(FIRST)
    learning.confirm(document=document, values=confirmed(FIRST, "KS.17.A"), by=owner)
    learning.replay(Vendor.objects.get())
    documents.delete(document=document, by=owner)
    learning.replay(Vendor.objects.get())
    assert Vendor.objects.get().memory is None


def test_what_is_confirmed_during_a_replay_is_not_lost(add, owner, monkeypatch):
    first, second = add(FIRST), add(SECOND)
    learning.confirm(document=first, values=confirmed(FIRST, "KS.17.A"), by=owner)
    one = learning._replay_one

    def slow(*given):
        one(*given)
        monkeypatch.setattr(learning, "_replay_one", one)
        learning.confirm(document=second, values=confirmed(SECOND, "KS.18.B"), by=owner)

    monkeypatch.setattr(learning, "_replay_one", slow)
    learning.replay(Vendor.objects.get())
    vendor = Vendor.objects.get()
    assert (vendor.memory["documents"], vendor.proposed["documents"]) == (1, 2)


# --- Taken back -------------------------------------------------------------------------------------------------------
PAGES = ((FIRST, "KS.17.A"), (SECOND, "KS.18.B"), (THIRD, "KS.231.C"))


@pytest.fixture
def three(add, owner):
    """Documents that a memory in use was learned from."""
    documents = [add(page) for page, _ in PAGES]
    for document, (page, number) in zip(documents, PAGES, strict=True):
        learning.confirm(document=document, values=confirmed(page, number), by=owner)
    learning.replay(Vendor.objects.get())
    assert Vendor.objects.get().memory["documents"] == 3
    return documents


def test_what_is_taken_back_is_in_use_no_more(three, owner):
    learning.withdraw(document=three[0], by=owner)
    vendor = Vendor.objects.get()
    assert (vendor.memory, vendor.proposed["documents"]) == (None, 2)
    assert set(vendor.confirmations.values_list("document", flat=True)) == {three[1].pk, three[2].pk}
    event = Event.objects.get(action="document.unconfirmed")
    assert (event.object_id, event.actor_id, event.data) == (three[0].pk, owner.pk, {"vendor": "Kranich & Sohn"})

    assert learning.replay_due(vendor.pk).is_good
    assert Vendor.objects.get().memory["documents"] == 2


def test_confirmed_again_it_teaches_again(three, owner):
    learning.withdraw(document=three[0], by=owner)
    learning.confirm(document=three[0], values=confirmed(FIRST, "KS.17.A"), by=owner)
    learning.replay_due(Vendor.objects.get().pk)
    assert Vendor.objects.get().memory["documents"] == 3


def test_a_vendor_of_whom_all_is_taken_back_is_forgotten(three, owner, add):
    for document in three:
        learning.withdraw(document=document, by=owner)
    assert not Vendor.objects.exists()
    assert not VendorKey.objects.exists()
    assert number_of(add(FIRST + " ")) != "KS.17.A"


def test_a_vendor_is_no_longer_known_by_what_was_taken_back(three, owner):
    """Else the documents of another vendor would go on being read as this one's."""
    mistaken = confirmed(FIRST, "KS.17.A", iban={"value": "DE02120300000000202051"})
    learning.confirm(document=three[0], values=mistaken, by=owner)
    assert VendorKey.objects.count() == 2
    learning.withdraw(document=three[0], by=owner)
    assert [key.key.partition(":")[0] for key in VendorKey.objects.all()] == ["vendor_name"]


def test_nothing_happens_where_nothing_was_confirmed(three, owner, add):
    before = Vendor.objects.values().get()
    learning.withdraw(document=add(FIRST + " "), by=owner)
    assert Vendor.objects.values().get() == before
    assert not Event.objects.filter(action="document.unconfirmed").exists()


def test_what_is_taken_back_during_a_replay_is_not_put_to_use(three, owner, monkeypatch):
    one = learning._replay_one

    def slow(*given):
        monkeypatch.setattr(learning, "_replay_one", one)
        learning.withdraw(document=three[0], by=owner)
        one(*given)

    monkeypatch.setattr(learning, "_replay_one", slow)
    learning.replay(Vendor.objects.get())
    vendor = Vendor.objects.get()
    assert (vendor.memory, list(learning.due())) == (None, [vendor])
    learning.replay_due(vendor.pk)
    assert Vendor.objects.get().memory["documents"] == 2


def test_another_workspace_keeps_what_it_learned(three, owner, add):
    stranger = UserFactory()
    learning.confirm(document=add(FIRST, by=stranger), values=confirmed(FIRST, "KS.17.A"), by=stranger)
    theirs = Vendor.objects.filter(workspace=personal_workspace(stranger))
    learning.replay(theirs.get())
    before = theirs.values().get()
    for document in three:
        learning.withdraw(document=document, by=owner)
    assert theirs.values().get() == before
    assert before["memory"]["documents"] == 1
    assert Confirmation.objects.get().vendor_id == before["id"]


# --- The command ------------------------------------------------------------------------------------------------------
def replay(*arguments):
    out = StringIO()
    call_command("replay", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_found(add, owner):
    assert replay() == "Nothing was confirmed yet.\n"
    document = add(FIRST)
    learning.confirm(document=document, values=confirmed(FIRST, "KS.17.A"), by=owner)
    assert replay("--dry-run") == "Kranich & Sohn: 1 documents, 1 fields right before, 2 after: good\n"
    assert Vendor.objects.get().memory is None
    assert replay("--workspace", str(document.workspace_id)) == replay("--vendor", "Kranich & Sohn")
    assert Vendor.objects.get().memory is not None
    assert replay("--vendor", "Other") == "Nothing was confirmed yet.\n"


def test_the_command_fails_when_something_is_worse(add, owner, monkeypatch):
    learning.confirm(document=add(FIRST), values=confirmed(FIRST, "KS.17.A"), by=owner)
    worse = learning.Replay(documents=1, before=2, after=1, worse=[("some-id", "iban")])
    monkeypatch.setattr(learning, "replay", lambda vendor, use: worse)
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("replay", stdout=out)
    assert stopped.value.code == 3
    assert "worse: iban of some-id" in out.getvalue()
    assert "not used" in out.getvalue()
