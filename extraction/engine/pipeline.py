"""The stages of reading a document, and ``process``, which runs them one after another.

Each stage takes and returns the frozen values of :mod:`extraction.engine.values` and runs alone:
a reviewer's correction goes through ``validate`` only, a new engine version through ``extract`` and
``validate`` on the stored parse.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from msgspec.structs import replace

from extraction.engine import parts, rules
from extraction.engine.classify import classify, settled
from extraction.engine.errors import UnsupportedType
from extraction.engine.extractors import PAGES, STRUCTURED, einvoice
from extraction.engine.memory import recall
from extraction.engine.parsers import parser_for
from extraction.engine.reading import Reading
from extraction.engine.rules.history import other_files
from extraction.engine.rules.parts import issues_of_parts
from extraction.engine.rules.required import document_confidence, missing_fields
from extraction.engine.values import Extraction, Options, ParsedDocument, Part, Source

Progress = Callable[[int, int], None]
"""Told after each recognised page: pages done, pages in all."""


def parse(source: Source, options: Options) -> ParsedDocument:
    """Bytes → words with boxes, tables, attachments. Pages that are pictures come back with ``needs_ocr``."""
    started = perf_counter()
    parsed = parser_for(source).parse(source, options)
    return replace(parsed, seconds={"parse": perf_counter() - started})


def recognise(
    source: Source, parsed: ParsedDocument, options: Options, progress: Progress | None = None
) -> ParsedDocument:
    """Recognise the pages that need OCR, one by one; the others stay as they are."""
    from extraction.engine.legibility import is_unreadable
    from extraction.engine.parsers.ocr import recognise_page  # half a gigabyte: only when there is a picture

    started = perf_counter()
    total = sum(page.needs_ocr for page in parsed.pages)
    pages = list(parsed.pages)
    done = 0
    for index, page in enumerate(pages):
        if page.needs_ocr:
            read = recognise_page(source, page, options)
            pages[index] = replace(read, unreadable=is_unreadable(source, read, options.limits))
            done += 1
            if progress:
                progress(done, total)
    seconds = {**parsed.seconds, "recognise": perf_counter() - started}
    return replace(parsed, pages=tuple(pages), seconds=seconds)


def extract(parsed: ParsedDocument, options: Options) -> Extraction:
    """Words → kind of document, fields and line items with their places and confidences.

    Data that needs no page reading (XML, tables) is taken first; where there are pages beside it, they are read as
    well and compared. Raises UnsupportedType when there is neither that nor a page with words or a picture.
    """
    started = perf_counter()
    stated = next((found for read in STRUCTURED if (found := read(parsed, options)) is not None), None)
    if stated is None:
        found = _read_documents(parsed, options)
        found = replace(found, issues=(*found.issues, *einvoice.unread(parsed)))
    elif any(page.words for page in parsed.pages):
        found = einvoice.beside_page(stated, _read(_reading(parsed, options), options), parsed)
    else:
        found = stated
    return _timed(found, parsed, started)


def _read_documents(parsed: ParsedDocument, options: Options) -> Extraction:
    """Each document of the file from its own pages; the values of the whole are those of the first."""
    reading = _reading(parsed, options)
    ranges = parts.ranges(reading)
    if len(ranges) == 1:
        return _read(reading, options)
    others = replace(options, memory=None)  # of another vendor, perhaps
    read = ranges[: parts.MAX_DOCUMENTS]
    found = tuple(_read_part(parsed, *pages, others if pages[0] else options) for pages in read)
    first = found[0].extraction
    told = (parts.too_many(len(ranges)),) if len(read) < len(ranges) else ()
    return replace(first, parts=found, issues=(*first.issues, *told))


def _read_part(parsed: ParsedDocument, first: int, last: int, options: Options) -> Part:
    """Pages by index. They are counted from 1 for reading: much depends on what a first page is."""
    pages = tuple(replace(page, number=number) for number, page in enumerate(parsed.pages[first : last + 1], start=1))
    found = _read(_reading(replace(parsed, pages=pages), options), options)
    return Part(first_page=first + 1, last_page=last + 1, extraction=parts.moved(found, first))


def _reading(parsed: ParsedDocument, options: Options) -> Reading:
    if not parsed.pages:
        raise UnsupportedType
    return Reading(parsed, today=options.today)


def _read(reading: Reading, options: Options) -> Extraction:
    kind = classify(reading)
    read = PAGES.get(kind.document_type)
    if read is None:
        return Extraction(
            document_type=kind.document_type, document_type_confidence=kind.confidence, steps=("layout", "classify")
        )
    found = settled(read(reading, kind, options), kind)
    if options.memory is not None:
        found = recall(reading, found, options.memory)
    return replace(found, steps=("classify", *found.steps))


def _timed(found: Extraction, parsed: ParsedDocument, started: float) -> Extraction:
    seconds = {**parsed.seconds, **found.seconds, "extract": perf_counter() - started}
    unreadable = tuple(page.number for page in parsed.pages if page.unreadable or page.needs_ocr)
    return replace(found, unreadable_pages=unreadable, issues=(*parsed.issues, *found.issues), seconds=seconds)


def validate(extraction: Extraction, options: Options) -> Extraction:
    """Fields → issues, missing fields and the document's confidence; of a file with several documents, for each.

    Issues of the stages before are told again, those of rules are found anew: validating twice is validating once.
    What ``options.rules`` switches off is gone from the outcome, so under other settings begin with what was extracted.
    """
    of_parts = replace(options, known=other_files(options.known))
    assessed = replace(
        extraction,
        parts=tuple(replace(part, extraction=validate(part.extraction, of_parts)) for part in extraction.parts),
        missing_fields=missing_fields(extraction),
        confidence=document_confidence(extraction),
    )
    return replace(assessed, issues=rules.check(assessed, options) + issues_of_parts(assessed.parts))


def process(source: Source, options: Options, progress: Progress | None = None) -> Extraction:
    """All stages in this process. For files that somebody else made, use the sandbox instead."""
    parsed = parse(source, options)
    if parsed.needs_ocr:
        parsed = recognise(source, parsed, options, progress)
    return validate(extract(parsed, options), options)
