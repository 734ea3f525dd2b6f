"""How one candidate is chosen, what is said for it, and how sure it is."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from extraction.engine import pipeline
from extraction.engine.candidates import Candidate
from extraction.engine.confidence import CEILING, FLOOR, Signals, confidence, joint
from extraction.engine.fields.numbers import read_invoice_number
from extraction.engine.fields.results import field, sum_field
from extraction.engine.ranking import Contest, choose, model
from extraction.engine.ranking.features import describe
from extraction.engine.ranking.model import Choice, Coefficients, parse, shipped, using
from extraction.engine.ranking.reasons import MOST_CONSIDERED, MOST_REASONS, SHOWN, printable
from extraction.engine.ranking.watching import watched
from extraction.engine.values import Considered, Extraction, ParsedDocument
from tests.engine.drawn import reading
from tests.engine.paper import OPTIONS

PAGE = """Kern Optik GmbH
Linsenweg 4
07743 Jena

Invoice number: KO-1001        Customer number: 77120
Invoice date: 14.03.2026       Due date: 13.04.2026

Total: 1.190,00 EUR
"""


def with_choice(**choice: object) -> Coefficients:
    learned = {"invoice_number": msgspec.convert(choice, Choice)}
    return msgspec.structs.replace(shipped(), choice=learned)


def rivals() -> list[Candidate]:
    return [Candidate("A-1", "A-1", 3.0, "title"), Candidate("B-22", "B-22", 2.5, "label:number")]


# --- The choice -------------------------------------------------------------------------------------------------------
def test_without_weights_the_score_decides() -> None:
    with using(Coefficients(certainty=shipped().certainty)):
        chosen = choose("invoice_number", reading(PAGE), rivals())
    assert chosen is not None
    assert (chosen[0].value, chosen[1]) == ("A-1", pytest.approx(0.5))


def test_learned_weights_correct_the_score() -> None:
    with using(with_choice(weights={"rule title": -1.0, "short": -0.2})):
        chosen = choose("invoice_number", reading(PAGE), rivals())
    assert chosen is not None
    assert (chosen[0].value, chosen[1]) == ("B-22", pytest.approx(0.7))


def test_weights_of_another_field_do_not_matter() -> None:
    with using(with_choice(weights={"rule title": -9.0})):
        chosen = choose("purchase_order", reading(PAGE), rivals())
    assert chosen is not None
    assert chosen[0].value == "A-1"


def test_candidates_of_one_value_support_each_other() -> None:
    same = [*rivals(), Candidate("b-22", "b-22", 2.8, "title"), Candidate("b - 22", "b - 22", 2.4, "label:number")]
    chosen = choose("vendor_tax_number", reading(PAGE), same)
    assert chosen is not None
    assert (chosen[0].value, chosen[0].score) == ("b-22", pytest.approx(3.3))


def test_shares_leave_room_for_none_of_them() -> None:
    shares = model.shares("a field that nobody trained", [2.0, 1.0])
    assert shares[0] > shares[1] > 0
    assert sum(shares) < 1


def test_scores_of_any_size_have_shares() -> None:
    assert model.shares("x", [1e6, -1e6]) == [pytest.approx(1.0), pytest.approx(0.0)]


def test_what_is_chosen_first_can_be_seen_by_later_fields() -> None:
    read = reading(PAGE)
    read_invoice_number(read)
    later = describe("purchase_order", [Candidate("KO-1001", "KO-1001", 2.0, "label:purchase_order")], read)
    assert later["taken"] == 1.0


def test_who_trains_sees_every_value_with_its_features() -> None:
    read = reading(PAGE)
    with watched() as told:
        read_invoice_number(read)
    contest = next(item for item in told if isinstance(item, Contest))
    assert contest.task == "invoice_number"
    assert contest.values[0].features.keys() >= {"label_same", "colon", "first_page"}
    assert read_invoice_number(read) is not None, "without anybody looking on, too"


# --- Confidence -------------------------------------------------------------------------------------------------------
def test_more_evidence_is_never_less_sure() -> None:
    weak = Signals(score=1.0, lead=0.2, share=0.4, doubt=1.0, blur=0.5, recognised=True)
    for name in (*shipped().certainty, "a field that nobody trained"):
        before = confidence(name, weak)
        for better in ({"score": 3.0}, {"lead": 2.0}, {"share": 0.9}, {"doubt": 0.0}, {"blur": 0.0}, {"proved": 2.0}):
            assert confidence(name, msgspec.structs.replace(weak, **better)) >= before, (name, better)


def test_a_proved_sum_is_nearly_certain() -> None:
    assert confidence("total_amount", Signals(score=4.0, lead=2.0, share=0.95, proved=2.0)) >= 0.98


@pytest.mark.parametrize("signals", [Signals(score=-1e9, lead=-1e9, share=0.0), Signals(score=1e9, lead=1e9, share=1)])
def test_confidence_stays_within_its_bounds(signals: Signals) -> None:
    assert FLOOR <= confidence("vendor_name", signals) <= CEILING


@pytest.mark.parametrize(("dependence", "chance"), [(0.0, 0.72), (1.0, 0.8), (0.5, pytest.approx((0.72 * 0.8) ** 0.5))])
def test_errors_that_come_together_cost_less(dependence: float, chance: float) -> None:
    assert joint([0.9, 0.8], dependence) == pytest.approx(chance)


def test_coefficients_with_unknown_keys_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        parse("dependence = 0.1\nsurprise = 1\n")


# --- Why --------------------------------------------------------------------------------------------------------------
def read_page(text: str) -> Extraction:
    page = reading(text).document.pages
    return pipeline.extract(ParsedDocument(media_type="text/plain", pages=page), OPTIONS)


def test_reasons_name_the_label_and_what_was_considered() -> None:
    number = read_page(PAGE).field("invoice_number")
    assert number is not None
    assert number.why is not None
    assert number.why.reasons[0] == "stands behind “Invoice number”"
    assert number.why.considered[0].value == "KO-1001"
    assert 0.5 < number.why.considered[0].share <= 1


def test_every_field_that_was_chosen_says_why() -> None:
    found = read_page(PAGE)
    assert {field.name for field in found.fields} >= {"vendor_name", "invoice_number", "invoice_date", "total_amount"}
    for one in found.fields:
        assert one.why is not None, one.name
        assert one.why.considered[0].value == str(one.value), one.name
        assert len(one.why.reasons) <= MOST_REASONS


def test_hostile_text_in_reasons_is_short_and_plain() -> None:
    bad = "\u202egnp.exe\x00" + "A1" * 5_000
    many = [Candidate(f"{bad}{n}", f"{bad}{n}", 3.0 - n / 10, "title") for n in range(50)]
    chosen = choose("vendor_tax_number", reading(PAGE), many)
    assert chosen is not None
    why = field("vendor_tax_number", *chosen).why
    assert why is not None
    assert len(why.considered) == MOST_CONSIDERED
    for considered in why.considered:
        assert isinstance(considered, Considered)
        assert len(considered.raw) <= SHOWN
        assert len(considered.value) <= SHOWN
        assert "\u202e" not in considered.raw


@pytest.mark.parametrize(("text", "shown"), [("a\nb\tc", "a b c"), ("\x00", ""), ("x" * 99, "x" * 59 + "…")])
def test_text_of_the_document_is_shown_on_one_line(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_sums_bring_their_own_reasons_and_repair() -> None:
    total = Candidate(119, "119.00", 3.0, "label:total")
    other = Candidate(19, "19.00", 1.0, "label:tax")
    found = sum_field(
        "total_amount", total, 2.0, rivals=[other], agreement=2.0, reasons=("adds up with net and tax",), repair="…"
    )
    plain = sum_field("total_amount", total, 2.0, rivals=[other])
    assert found.confidence > plain.confidence
    assert found.why is not None
    assert found.why.reasons[0] == "adds up with net and tax"
    assert found.why.repair == "…"
    assert [item.value for item in found.why.considered] == ["119", "19"]


# --- Doubt ------------------------------------------------------------------------------------------------------------
def dated(text: str) -> tuple[object, float]:
    found = read_page(text)
    issued = found.field("invoice_date")
    assert issued is not None
    return issued.value, issued.confidence


def test_a_date_that_can_be_read_both_ways_is_less_sure() -> None:
    page = "Harbour Joinery Inc.\n\nINVOICE\n\nInvoice number: 1001\nInvoice date: {}\n\nTotal: $ 50.00\n"
    day, sure = dated(page.format("03/24/2026"))
    either, open_ = dated(page.format("03/04/2026"))
    assert day == date(2026, 3, 24)
    assert either in (date(2026, 3, 4), date(2026, 4, 3))
    assert open_ < sure


def test_a_mark_of_several_currencies_is_less_sure() -> None:
    page = "Harbour Joinery\n\nINVOICE\n\nInvoice number: 1001\n\nNet: {0} 40.00\nTax: {0} 10.00\nTotal: {0} 50.00\n"
    mark, code = read_page(page.format("$")).field("currency"), read_page(page.format("USD")).field("currency")
    assert mark is not None
    assert code is not None
    assert (mark.value, code.value) == ("USD", "USD")
    assert mark.confidence < code.confidence
