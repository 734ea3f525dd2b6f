"""What is learned from documents with known answers, on small sets of which the answer is plain."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest

from evaluation.corpus import Case
from extraction.engine.candidates import Candidate
from extraction.engine.confidence import EVERY, Signals, confidence
from extraction.engine.ranking import Contest, Weighed
from extraction.engine.ranking.model import Choice, Coefficients, parse, using
from extraction.engine.values import ParsedDocument
from tests.engine.drawn import document
from training import calibration, choosing
from training.dataset import Ballot, Document, Judged, reread
from training.folds import folds_of
from training.learning import samples_of
from training.masking import masked
from training.writing import as_toml


# --- Folds ------------------------------------------------------------------------------------------------------------
def test_an_issuer_is_in_one_fold_only() -> None:
    groups = [f"issuer {number % 13}" for number in range(200)]
    folds = folds_of(groups)
    assert all(len({fold for group, fold in zip(groups, folds, strict=True) if group == one}) == 1 for one in groups)
    assert {folds.count(fold) for fold in range(5)} <= set(range(30, 50))


# --- The choice -------------------------------------------------------------------------------------------------------
def ballot(right: int, *values: tuple[float, dict[str, float]]) -> Ballot:
    weighed = [
        Weighed(Candidate(str(n), str(n), score, "r"), features, score) for n, (score, features) in enumerate(values)
    ]
    return Ballot(
        Contest("invoice_number", tuple(weighed)), tuple(n == right for n in range(len(values))), present=True
    )


def test_a_feature_that_tells_the_right_value_gets_weight() -> None:
    votes = [ballot(1, (2.0, {}), (1.5, {"good": 1.0})), ballot(0, (2.0, {"good": 1.0}), (1.5, {}))] * 30
    choice = choosing.fit(votes, [1.0] * len(votes))
    assert choice.weights["good"] > 0.5
    assert all(choosing.is_right(vote, choice) for vote in votes)
    assert not all(choosing.is_right(vote, Choice()) for vote in votes)


def test_a_feature_that_says_nothing_gets_hardly_any() -> None:
    chance = random.Random(1)
    votes = [ballot(0, (2.0, {"noise": float(chance.random() < 0.5)}), (1.0, {})) for _ in range(200)]
    votes += [ballot(0, (2.0, {}), (1.0, {"noise": float(chance.random() < 0.5)})) for _ in range(200)]
    votes += [ballot(1, (2.0, {}), (1.0, {})) for _ in range(100)]
    choice = choosing.fit(votes, [1.0] * len(votes))
    assert abs(choice.weights.get("noise", 0.0)) < 0.3


def test_a_rare_feature_is_not_weighed() -> None:
    votes = [ballot(1, (2.0, {}), (1.5, {"rare": 1.0}))] * (choosing.LEAST_SEEN - 1) + [
        ballot(0, (2.0, {}), (1.5, {}))
    ] * 50
    assert "rare" not in choosing.fit(votes, [1.0] * len(votes)).weights


# --- Confidence -------------------------------------------------------------------------------------------------------
def judged(count: int, seed: int = 3) -> list[Judged]:
    """Values whose chance to be right is known: σ(2·score − 1), for two fields."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        score = chance.uniform(-1.0, 2.0)
        right = chance.random() < 1 / (1 + math.exp(1.0 - 2.0 * score))
        name = chance.choice(("invoice_number", "due_date"))
        found.append(Judged(name, Signals(score=score, lead=0.0, share=0.5), right, header=True))
    return found


def test_confidences_become_the_share_that_is_right() -> None:
    learned = Coefficients(certainty=calibration.fit(judged(4_000), [1.0] * 4_000))
    with using(learned):
        sure = [(confidence(item.task, item.signals), item.right) for item in judged(4_000, seed=4)]
    for low, high in ((0.1, 0.3), (0.3, 0.6), (0.6, 0.9)):
        inside = [(value, right) for value, right in sure if low <= value < high]
        mean = sum(value for value, _ in inside) / len(inside)
        assert sum(right for _, right in inside) / len(inside) == pytest.approx(mean, abs=0.06)


def test_a_field_with_few_examples_stays_with_the_others() -> None:
    few = [Judged("bic", Signals(score=1.0, lead=0.0), right=False, header=True)] * 2
    samples = [*judged(2_000), *few]
    certainty = calibration.fit(samples, [1.0] * len(samples))
    with using(Coefficients(certainty=certainty)):
        rare, usual = (confidence(name, Signals(score=1.5, lead=0.0)) for name in ("bic", "due_date"))
    assert usual - 0.4 < rare < usual
    assert set(certainty) == {EVERY, "bic", "due_date", "invoice_number"}


def test_evidence_against_the_sign_is_not_learned() -> None:
    """Where the better scores were wrong by chance, a score says nothing, rather than the opposite."""
    samples = [Judged("bic", Signals(score=n / 10, lead=0.0), right=n < 10, header=True) for n in range(20)]
    certainty = calibration.fit(samples, [1.0] * 20)
    assert certainty["bic"].get("score", 0.0) >= 0


@pytest.mark.parametrize(("both", "expected"), [(0.81, 0.0), (0.9, 1.0)])
def test_dependence_follows_how_errors_come(both: float, expected: float) -> None:
    right = [number < both * 1_000 for number in range(1_000)]
    assert calibration.dependence([(0.9, 0.9)] * 1_000, right) == pytest.approx(expected, abs=0.1)


# --- Documents --------------------------------------------------------------------------------------------------------
PAGE = """Kern Optik GmbH
Linsenweg 4
07743 Jena

Rechnungsnummer: KO-1001
Rechnungsdatum: 14.03.2026

Gesamtbetrag: 119,00 EUR
"""
TRUTH = {
    "document_type": "invoice", "vendor_name": "Kern Optik GmbH", "invoice_number": "KO-1001",
    "invoice_date": "2026-03-14", "total_amount": "119.00", "currency": "EUR", "verified_absent": ["due_date"],
}  # fmt: skip


def case(parsed: ParsedDocument, **truth: object) -> Document:
    return Document(
        Case(name="one", category="invoices", path=Path("one.txt"), issuer="kern", truth=TRUTH | truth),
        parsed,
    )


def test_a_document_tells_what_was_weighed_and_whether_it_was_right() -> None:
    (read,) = reread([case(document(PAGE), invoice_number="KO-9")], parse("[certainty.all]\nscore = 1.0"))
    right = {item.task: item.right for item in read.judged}
    assert right["invoice_date"]
    assert right["document_type"]
    assert not right["invoice_number"]
    assert read.required_right
    votes = {vote.contest.task: vote.right for vote in read.ballots}
    assert votes["invoice_date"] == (True,)
    assert not any(votes["invoice_number"])


def test_masking_replaces_labels_and_keeps_values() -> None:
    original = document(PAGE)
    for seed in range(5):
        words = [word.text for word in masked(original, TRUTH, 1.0, seed).pages[0].words]
        assert {"Kern", "Optik", "GmbH", "KO-1001", "14.03.2026", "119,00"} <= set(words)
        assert not {"Rechnungsnummer:", "Rechnungsdatum:", "Gesamtbetrag:"} & set(words)
    assert masked(original, TRUTH, 0.0, 1) == original
    assert masked(original, TRUTH, 0.5, 1) == masked(original, TRUTH, 0.5, 1)


def test_sources_weigh_what_they_should_whatever_their_number() -> None:
    parsed = document(PAGE)
    samples = samples_of([(case(parsed), "real")] * 4 + [(case(parsed), "generated")] * 50)
    weights = {
        source: sum(item.weight for item in samples if item.source == source) for source in ("real", "generated")
    }
    assert weights["real"] == pytest.approx(weights["generated"])


def test_the_file_says_all_that_was_learned() -> None:
    learned = Coefficients(
        choice={
            "bic": Choice(sharpness=1.5, absent=0.25, weights={"rule label:bic": -0.5}),
            "iban": Choice(),
        },
        certainty={EVERY: {"bias": -1.25}, "iban": {}},
        dependence=0.35,
    )
    assert parse(as_toml(learned)) == learned
