"""Documents with known answers → what the engine weighed and decided on each, and whether it was right.

A document is parsed once; what was recognised in pictures is kept on disk, by the bytes of the file, since that takes
seconds a page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from tqdm import tqdm

from evaluation.comparing import is_empty, is_right, same_number, similar
from evaluation.corpus import Case
from extraction.engine import pipeline
from extraction.engine.confidence import Signals
from extraction.engine.errors import EngineError
from extraction.engine.fields.results import CELL
from extraction.engine.ranking import TOGETHER, Contest
from extraction.engine.ranking.features import field_of
from extraction.engine.ranking.model import Coefficients, using
from extraction.engine.ranking.watching import watched
from extraction.engine.rules.required import REQUIRED
from extraction.engine.values import Extraction, LineItem, Options, ParsedDocument, Source, decode, encode

TODAY = date(2026, 7, 1)
"""The day on which training documents are read, so that it gives the same result on every day."""

TYPE = "document_type"


class Document(msgspec.Struct, frozen=True):
    """A parsed document with its answers."""

    case: Case
    parsed: ParsedDocument


class Judged(msgspec.Struct, frozen=True):
    """A value that was read: the signals of its confidence, and whether it is right."""

    task: str
    signals: Signals
    right: bool
    header: bool


class Ballot(msgspec.Struct, frozen=True):
    """A contest with its answer: which values are right. None of them is where the field is not on the document."""

    contest: Contest
    right: tuple[bool, ...]
    present: bool  # the field is on the document


class Reread(msgspec.Struct, frozen=True):
    """What came of one document. ``scored`` and ``failed`` count header fields with a known answer."""

    document: Document
    extraction: Extraction
    ballots: tuple[Ballot, ...]
    judged: tuple[Judged, ...]
    required_right: bool | None  # whether all required fields are right; None where not all answers are known


def parse_all(cases: Sequence[Case], cache: Path) -> list[Document]:
    """Files that cannot be read are left out."""
    options = Options(today=TODAY)
    found = []
    for case in tqdm(cases, unit="document", desc="parse", disable=None):
        try:
            found.append(Document(case, _parsed(case.path, cache, options)))
        except EngineError:
            continue
    return found


def _parsed(path: Path, cache: Path, options: Options) -> ParsedDocument:
    source = Source(path=str(path), media_type="", filename=path.name)
    kept = cache / f"{hashlib.sha256(path.read_bytes()).hexdigest()}.json"
    if kept.exists():
        return decode(kept.read_bytes(), ParsedDocument)
    parsed = pipeline.parse(source, options)
    if parsed.needs_ocr:
        parsed = pipeline.recognise(source, parsed, options)
        cache.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(encode(parsed))
    return parsed


def reread(documents: Iterable[Document], coefficients: Coefficients) -> list[Reread]:
    """Each document, read with these coefficients."""
    options = Options(today=TODAY)
    with using(coefficients):
        return [_reread(document, options) for document in documents]


def _reread(document: Document, options: Options) -> Reread:
    with watched() as told:
        try:
            extraction = pipeline.validate(pipeline.extract(document.parsed, options), options)
        except EngineError:
            extraction = Extraction(document_type="other", document_type_confidence=0.0)
    truth = document.case.truth
    if extraction.parts:
        told = []  # of several documents: the answers are for one
    contests = [item for item in told if isinstance(item, Contest)]
    signals = [item for item in told if isinstance(item, tuple)]
    return Reread(
        document,
        extraction,
        ballots=tuple(ballot for contest in contests if (ballot := _ballot(contest, truth)) is not None),
        judged=(*_judged(extraction, truth, signals), *_lines(extraction, truth, signals)),
        required_right=_required_right(extraction, truth),
    )


def is_known(name: str, truth: Mapping[str, Any]) -> bool:
    """The truth says what the field is, or that it is not on the document."""
    return not is_empty(truth.get(name)) or name in (truth.get("verified_absent") or ())


def plain(value: Any) -> Any:
    """A field's value as truth files write it."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _ballot(contest: Contest, truth: Mapping[str, Any]) -> Ballot | None:
    names = [field_of(task) for task in contest.task.split(TOGETHER)]
    if not any(is_known(name, truth) for name in names):
        return None
    values = [item.candidate.value if len(names) > 1 else (item.candidate.value,) for item in contest.values]
    right = tuple(all(map(partial(_fits, truth), names, map(plain, both))) for both in values)
    return Ballot(contest, right, present=any(not is_empty(truth.get(name)) for name in names))


def _fits(truth: Mapping[str, Any], name: str, value: Any) -> bool:
    """The value is right, or nobody knows; no value is right where the field is not on the document."""
    if not is_known(name, truth):
        return True
    return is_empty(truth.get(name)) if is_empty(value) else is_right(name, truth, value)


def _judged(extraction: Extraction, truth: Mapping[str, Any], told: Sequence[tuple[str, Signals]]) -> Iterable[Judged]:
    """Of a field that was judged more than once the last counts."""
    signals = {field_of(task): (task, signal) for task, signal in told}
    if TYPE in signals:
        good = [truth[TYPE], *(truth.get("accept") or {}).get(TYPE, [])]
        yield Judged(*signals[TYPE], extraction.document_type in good, header=False)
    for field in extraction.fields:
        if field.name in signals and is_known(field.name, truth) and not is_empty(field.value):
            right = is_right(field.name, truth, plain(field.value))
            yield Judged(*signals[field.name], right, header=True)


def _lines(extraction: Extraction, truth: Mapping[str, Any], told: Sequence[tuple[str, Signals]]) -> Iterable[Judged]:
    """The cells of each line are right when the line is: the same amount and a similar description."""
    wanted = truth.get("line_items")
    signals = [item for name, item in told if name == CELL]
    cells = [line for line in extraction.line_items for _ in line.cells]
    if wanted is None or len(cells) != len(signals):
        return
    for line, signal in zip(cells, signals, strict=True):
        yield Judged(CELL, signal, any(_same_line(line, other) for other in wanted), header=False)


def _same_line(line: LineItem, wanted: Mapping[str, Any]) -> bool:
    description = wanted.get("description")
    named = is_empty(description) or similar(str(description), str(line.value("description") or ""))
    return named and same_number(wanted.get("amount"), line.value("amount"))


def _required_right(extraction: Extraction, truth: Mapping[str, Any]) -> bool | None:
    names = REQUIRED.get(extraction.document_type, ())
    if not names or not all(name == TYPE or is_known(name, truth) for name in names):
        return None
    good = [truth[TYPE], *(truth.get("accept") or {}).get(TYPE, [])]
    return extraction.document_type in good and all(
        is_right(name, truth, plain(extraction.value(name))) for name in names if name != TYPE
    )
