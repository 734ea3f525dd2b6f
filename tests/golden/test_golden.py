"""The quality of reading is a gate: each field has a floor, and what falls below it fails with its documents."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from evaluation.scoring import Scores, score

FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))
FEWEST = 5
"""Of a field that is on fewer documents no floor is asked: one mistake would be a fifth."""


@pytest.fixture(scope="package")
def scores(cases, predictions) -> Scores:
    return score(cases, predictions)


@pytest.mark.parametrize("field", sorted(FLOORS["fields"]))
def test_a_field_is_read_as_well_as_before(field, scores):
    reached = scores.fields[field].f1
    wrong = [f"{miss.name}: {miss.outcome}, {miss.read!r} for {miss.truth!r}" for miss in scores.misses]
    wrong = [line for line, miss in zip(wrong, scores.misses, strict=True) if miss.field == field]
    assert reached >= FLOORS["fields"][field], f"F1 of {field} is {reached:.3f}:\n" + "\n".join(wrong)


def test_every_field_has_a_floor(scores):
    read = {name for name, share in scores.fields.items() if share.support >= FEWEST}
    assert read == set(FLOORS["fields"])


@pytest.mark.parametrize("figure", sorted(FLOORS["figures"]))
def test_a_figure_is_as_good_as_before(figure, scores):
    assert getattr(scores, figure) >= FLOORS["figures"][figure]


def test_confidences_mean_what_they_say(scores):
    assert scores.calibration.ece <= FLOORS["calibration_error"]


def test_kinds_are_told_apart(cases, predictions):
    wrong = [
        f"{case.name}: {predictions[case.name]['document_type']} for {case.truth['document_type']}"
        for case in cases
        if predictions[case.name]["document_type"] != case.truth["document_type"]
    ]
    assert len(wrong) <= FLOORS["wrong_kinds"], "\n".join(wrong)
