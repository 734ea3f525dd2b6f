"""Words printed with space between their letters ("I N V O I C E", "N o  4 7 1 1") become one word again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from extraction.engine.values import Box, Word

MIN_LETTERS = 4  # a run of fewer single letters may be initials or a column of marks
MAX_GAP = 0.9  # of the line's height, between letters of one word
EVENNESS = 1.6  # widest gap over narrowest gap inside a word
CALCULATING = frozenset("x\u00d7=+*")  # "2 x 5 = 1 0" is a calculation and no word


def join_spaced_letters(words: Sequence[Word]) -> list[Word]:
    """``words`` in reading order, with evenly spaced runs of single letters joined.

    Digits and signs too, where all that stands beside one another is single characters: they also stand alone.
    """
    return _join_letters(_join_numbers(words))


def _join_numbers(words: Sequence[Word]) -> list[Word]:
    if all(len(run) < MIN_LETTERS for run in _single_runs(words)):
        return list(words)
    return [word for segment in _segments(words) for word in _spaced_number(segment)]


def _single_runs(words: Sequence[Word]) -> Iterator[list[Word]]:
    return (list(run) for single, run in groupby(words, key=lambda word: len(word.text) == 1) if single)


def _segments(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Words that follow one another in a line, no farther apart than spaced letters are."""
    segment: list[Word] = []
    for word in words:
        if segment and not _beside(segment[-1].box, word.box):
            yield segment
            segment = []
        segment.append(word)
    if segment:
        yield segment


def _beside(last: Box, box: Box) -> bool:
    height = last.y1 - last.y0
    return abs(box.y0 - last.y0) <= 0.2 * height and 0 < box.x0 - last.x1 <= MAX_GAP * height


def _spaced_number(segment: list[Word]) -> list[Word]:
    """Its words: they end where a gap is clearly wider than the narrowest. Without even gaps it stays as it is."""
    texts = [word.text for word in segment]
    spaced = len(texts) >= MIN_LETTERS and all(len(text) == 1 for text in texts)
    if not spaced or not any(map(str.isdigit, texts)) or not CALCULATING.isdisjoint(texts):
        return segment
    gaps = [word.box.x0 - last.box.x1 for last, word in pairwise(segment)]
    widest = EVENNESS * min(gaps)
    if sum(gap > widest for gap in gaps) > len(gaps) / 2:
        return segment
    parts = [[segment[0]]]
    for gap, word in zip(gaps, segment[1:], strict=True):
        if gap > widest:
            parts.append([])
        parts[-1].append(word)
    return [_joined(part) for part in parts]


def _join_letters(words: Sequence[Word]) -> list[Word]:
    joined: list[Word] = []
    run: list[Word] = []
    for word in words:
        if run and not _continues(run, word):
            joined += _flush(run)
            run = []
        if len(word.text) == 1 and word.text.isalpha():
            run.append(word)
            continue
        if run:
            joined += _flush(run)
            run = []
        joined.append(word)
    return joined + _flush(run)


def _continues(run: list[Word], word: Word) -> bool:
    if len(word.text) != 1 or not _beside(run[-1].box, word.box):
        return False
    if len(run) < 2:
        return True
    gap = word.box.x0 - run[-1].box.x1
    usual = run[1].box.x0 - run[0].box.x1
    return gap <= EVENNESS * usual and usual <= EVENNESS * gap


def _flush(run: list[Word]) -> list[Word]:
    return run if len(run) < MIN_LETTERS else [_joined(run)]


def _joined(run: list[Word]) -> Word:
    boxes = [word.box for word in run]
    box = Box(boxes[0].x0, min(b.y0 for b in boxes), boxes[-1].x1, max(b.y1 for b in boxes))
    return Word("".join(word.text for word in run), box, min(word.confidence for word in run), run[0].origin)
