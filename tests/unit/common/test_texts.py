"""What of an entered text is to be seen."""

from __future__ import annotations

import pytest

from common.texts import is_blank, without_direction_marks


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \t\n",
        "\u200b",
        "\u2060\ufeff",
        "\u00ad",
        "\u202e \u202c",
        "\u200d\u200c",
        "\u3164",
        "\u2800",
        "\ufe0f",
        "\0",
    ],
    ids=ascii,
)
def test_nothing_is_to_be_seen(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", "\u200b-\u200b", "0", "👩‍🔧", "می‌خواهم", "ᠮ"])
def test_something_is_to_be_seen(text):
    assert not is_blank(text)


def test_marks_that_turn_the_direction_go_and_joiners_stay():
    assert without_direction_marks("gpj\u202e.exe\u2066a\u2069 👩‍🔧") == "gpj.exea 👩‍🔧"
