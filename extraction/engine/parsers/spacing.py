"""Words printed with space between their letters ("I N V O I C E") become one word again."""

from __future__ import annotations

from collections.abc import Sequence

from extraction.engine.values import Box, Word

MIN_LETTERS = 4  # a run of fewer single letters may be initials or a column of marks
MAX_GAP = 0.9  # of the line's height, between letters of one word
EVENNESS = 1.6  # widest gap over narrowest gap inside a word


def join_spaced_letters(words: Sequence[Word]) -> list[Word]:
    """``words`` in reading order, with evenly spaced runs of single letters joined."""
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
    last = run[-1].box
    height = last.y1 - last.y0
    gap = word.box.x0 - last.x1
    if len(word.text) != 1 or abs(word.box.y0 - last.y0) > 0.2 * height or not 0 < gap <= MAX_GAP * height:
        return False
    if len(run) < 2:
        return True
    usual = run[1].box.x0 - run[0].box.x1
    return gap <= EVENNESS * usual and usual <= EVENNESS * gap


def _flush(run: list[Word]) -> list[Word]:
    if len(run) < MIN_LETTERS:
        return run
    boxes = [word.box for word in run]
    box = Box(boxes[0].x0, min(b.y0 for b in boxes), boxes[-1].x1, max(b.y1 for b in boxes))
    return [Word("".join(word.text for word in run), box, min(word.confidence for word in run), run[0].origin)]
