"""Rows and settings ↔ the engine's values: the service's only way into the engine.

Whole files are opened in the sandbox only.
"""

from __future__ import annotations

import os
import queue
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

import msgspec
from django.conf import settings
from django.core.files.storage import default_storage

from documents.models import Document
from extraction.engine import VERSION, confidence, memory, output, rules, values
from extraction.engine.errors import EngineError
from extraction.engine.extractors import llm
from extraction.engine.parsers import encoding, table
from extraction.engine.sandbox import Sandbox
from extraction.engine.values import FIELD_KINDS
from extraction.errors import Failure, StageFailed
from extraction.models import Identity
from extraction.queries import known_before, rule_settings

ENGINE_VERSION = VERSION
RULES = rules.REGISTRY
Progress = Callable[[int, int], None]
Confirmed = Mapping[str, Mapping[str, Any]]
"""Fields as a reviewer left them, ``{name: {value, page, box}}``: the value as text; page and box if it has a place."""
FIELDS = FIELD_KINDS.keys()
folded = rules.history.folded
typed = values.typed
in_percent = confidence.in_percent
delimiter_of = table.delimiter_of


@dataclass(frozen=True)
class Parsed:
    """``data`` is the encoded ``ParsedDocument``."""

    data: bytes
    pages_to_recognise: int


@dataclass(frozen=True)
class Reading:
    """A validated extraction in the columns of ``ExtractionResult`` and ``ValidationResult``."""

    kind: str
    confidence_score: float
    extracted_data: dict[str, Any]
    fields: dict[str, Any]
    line_item_fields: list[Any]
    tax_line_fields: list[Any]
    part_fields: list[Any]
    is_valid: bool
    missing_fields: list[str]
    warnings: list[str]
    issues: list[Any]
    identity: Identity


def parse(document: Document) -> Parsed:
    with _local_source(document) as source, _sandbox() as sandbox:
        data = sandbox.parse(source, _options(document))
    return Parsed(data, sum(page.needs_ocr for page in pages(data)))


def pages(parsed: bytes) -> list[PageOutline]:
    """The pages of an encoded ``ParsedDocument``."""
    return msgspec.json.decode(parsed, type=_Outline).pages


def recognise(document: Document, parsed: bytes, progress: Progress) -> bytes:
    """``progress`` is told pages done and pages in all after each page; what it raises ends the work."""
    with _local_source(document) as source, _sandbox(ocr=True) as sandbox:
        return sandbox.recognise(source, parsed, _options(document), progress)


def extract(document: Document, parsed: bytes, remembered: Any = None) -> Any:
    """The encoded ``Extraction`` as JSON values that the database accepts.

    ``remembered`` is an encoded ``VendorMemory``.
    """
    vendor = None if remembered is None else msgspec.convert(remembered, values.VendorMemory)
    options = msgspec.structs.replace(_options(document), memory=vendor)
    with _sandbox() as sandbox:
        return storable(msgspec.json.decode(sandbox.extract(parsed, options)))


def observe(document: Document, parsed: bytes, confirmed: Confirmed) -> Any:
    """What can be learned from a document as a reviewer left it: an encoded list of ``Remembered``."""
    with _sandbox() as sandbox:
        return storable(msgspec.json.decode(sandbox.observe(parsed, _confirmed(confirmed), _options(document))))


def merged(vendor: str, observations: Iterable[Any]) -> Any:
    """The encoded ``VendorMemory`` of what was learned from each document."""
    learned = [msgspec.convert(document, tuple[values.Remembered, ...]) for document in observations]
    return msgspec.to_builtins(memory.merged(vendor, learned))


def right_fields(extraction: Any, confirmed: Confirmed) -> set[str]:
    """The names of the confirmed fields that an encoded ``Extraction`` has as they were left."""
    read = msgspec.convert(extraction, values.Extraction)
    return {item.field for item in _confirmed(confirmed) if memory.is_right(read, item)}


def values_of(extraction: Any, names: Iterable[str]) -> dict[str, str]:
    """Fields of an encoded ``Extraction`` as text; those that were not read are left out."""
    wanted = set(names)
    return {field["name"]: str(field["value"]) for field in extraction.get("fields", ()) if field["name"] in wanted}


def _confirmed(confirmed: Confirmed) -> tuple[values.Confirmed, ...]:
    return tuple(msgspec.convert({"field": name, **item}, values.Confirmed) for name, item in confirmed.items())


@dataclass(frozen=True)
class Consulted:
    """``extraction`` is encoded as ``extract`` gives it; ``used`` are names of fields.

    With an ``error_code`` it is the first reading as it was; what an unusable answer took is counted all the same.
    """

    extraction: Any
    used: tuple[str, ...] = ()
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal = Decimal(0)
    error_code: str = ""


def doubtful_fields(extraction: Any) -> tuple[str, ...]:
    """What the second reader would be asked about, of an encoded ``Extraction``."""
    return llm.wanted_fields(msgspec.convert(extraction, values.Extraction), settings.LLM["threshold"])


def consult(parsed: bytes, extraction: Any) -> Consulted:
    """Ask the language model of the settings about doubtful fields.

    Runs in this process, since nothing may be called from the sandbox; the document is words by now.
    """
    chosen = llm.LlmSettings(**settings.LLM)
    first = msgspec.convert(extraction, values.Extraction)
    try:
        found = llm.consult(values.decode(parsed, values.ParsedDocument), first, llm.model_for(chosen), chosen)
    except llm.ModelFailed as error:
        return Consulted(
            extraction=extraction,
            input_tokens=error.input_tokens,
            output_tokens=error.output_tokens,
            cost=chosen.cost(error.input_tokens, error.output_tokens),
            error_code=error.code,
        )
    return Consulted(
        extraction=storable(msgspec.json.decode(values.encode(found.extraction))),
        used=found.used,
        input_tokens=found.input_tokens,
        output_tokens=found.output_tokens,
        cost=chosen.cost(found.input_tokens, found.output_tokens),
    )


def validate(document: Document, extraction: Any) -> Reading:
    """``extraction`` is what ``extract`` gave. Earlier documents and settings of the workspace are looked up."""
    identity = _identity(document, msgspec.convert(extraction, values.Extraction))
    with _sandbox() as sandbox:
        data = sandbox.validate(msgspec.json.encode(extraction), _options_of_the_workspace(document, identity))
    validated = values.decode(data, values.Extraction)
    doubts = [issue for issue in validated.issues if issue.severity != "info"]
    return Reading(
        kind=validated.document_type,
        confidence_score=round(validated.confidence, 4),
        extracted_data=output.extracted_data(validated),
        fields=output.fields(validated),
        line_item_fields=output.line_item_fields(validated),
        tax_line_fields=output.tax_line_fields(validated),
        part_fields=output.part_fields(validated),
        is_valid=output.is_valid(validated),
        missing_fields=list(validated.missing_fields),
        warnings=[issue.message for issue in doubts],
        issues=msgspec.to_builtins(validated.issues),
        identity=identity,
    )


def _options_of_the_workspace(document: Document, identity: Identity) -> values.Options:
    return msgspec.structs.replace(
        _options(document),
        known=values.Known(earlier=tuple(_earlier(row, same) for row, same in known_before(document, identity))),
        rules=rule_settings(document.workspace_id),
    )


@dataclass(frozen=True)
class Verdict:
    """In the columns of ``ValidationResult``."""

    is_valid: bool
    warnings: list[str]
    issues: list[Any]


def history(document: Document, identity: Identity, before: Verdict | Reading) -> Verdict:
    """What was said of a document, with the issues about earlier documents found anew, as of now.

    Its identity is all that these rules look at.
    """
    found = values.Extraction(
        document_type=cast(values.DocumentType, identity.kind),
        document_type_confidence=1.0,
        fields=tuple(_identity_fields(identity)),
    )
    anew = rules.check(found, _options_of_the_workspace(document, identity), rules.history.RULES)
    told = rules.with_history(said := msgspec.convert(before.issues, list[values.Issue]), anew)
    return Verdict(
        is_valid=not _has_error(told) and (before.is_valid or _has_error(said)),  # not all of many parts' are told
        warnings=[issue.message for issue in told if issue.severity != "info"],
        issues=msgspec.to_builtins(told),
    )


def _has_error(issues: list[values.Issue]) -> bool:
    return any(issue.severity == "error" for issue in issues)


def _identity_fields(identity: Identity) -> Iterator[values.Field]:
    evidence = values.Evidence(rule="identity")
    for name in (*IDENTITY_TEXTS, "invoice_date", "total_amount"):
        if (value := getattr(identity, name)) not in (None, ""):
            yield values.Field(name=name, raw=str(value), value=value, confidence=1.0, evidence=evidence)


IDENTITY_TEXTS = ("vendor_name", "vendor_vat_id", "invoice_number", "currency", "iban")
LONGEST_KEY = 200
LARGEST_TOTAL = Decimal(10) ** 20
"""What an index and a column hold. Nothing real is longer or larger, but documents are not always real."""


def _identity(document: Document, found: values.Extraction) -> Identity:
    """Not saved yet."""
    texts = {name: str(found.value(name) or "")[:LONGEST_KEY] for name in IDENTITY_TEXTS}
    total, issued = found.value("total_amount"), found.value("invoice_date")
    return Identity(
        document=document,
        workspace_id=document.workspace_id,
        arrived_at=document.created_at,
        kind=found.document_type,
        name_key=folded(texts["vendor_name"]),
        vat_key=folded(texts["vendor_vat_id"]),
        number_key=folded(texts["invoice_number"]),
        invoice_date=issued if isinstance(issued, date) else None,
        total_amount=total if isinstance(total, Decimal) and abs(total) < LARGEST_TOTAL else None,
        **texts,
    )


def _earlier(row: Identity, same_bytes: bool) -> values.Earlier:
    texts = {name: getattr(row, name) or None for name in IDENTITY_TEXTS}
    kind: values.DocumentType = row.kind or "other"  # type: ignore[assignment]  # what the engine wrote
    return values.Earlier(
        id=str(row.document_id),
        same_bytes=same_bytes,
        document_type=kind,
        invoice_date=row.invoice_date,
        total_amount=row.total_amount,
        is_account_trusted=getattr(row, "trusted_account", False),  # a copy that was not read has none
        **texts,
    )


def render_page(
    document: Document, page: int, width: int, *, turn: int = 0, skew: float = 0.0, fan: float = 0.0
) -> bytes:
    """A PNG or JPEG of one page (from 1), ``width`` pixels wide; boxes fit it with what ``PageOutline`` says. Takes
    0.1 s, so cache it. Raises ``StageFailed`` or ``FileNotFoundError``."""
    with _local_source(document) as source, _sandbox() as sandbox:
        return sandbox.render_page(source, page, width, values.View(turn=turn, skew=skew, fan=fan))


def warm() -> None:
    """Start a child before anybody waits for it: that takes longer than to draw a page. Raises ``StageFailed``."""
    with _sandbox() as sandbox:
        sandbox.warm()


def text_of(data: bytes) -> str:
    """The characters of the beginning of a text file: it is decoded here, not in the sandbox."""
    with _failures_of_the_service():
        return encoding.decode(data)


class PageOutline(msgspec.Struct, frozen=True):
    """A page without its words. Sizes are in the unit of its boxes; the others are as in the engine's ``Page``."""

    number: int
    width: float
    height: float
    unit: str
    needs_ocr: bool = False
    turn: int = 0
    skew: float = 0.0
    fan: float = 0.0


class _Outline(msgspec.Struct):
    """As much of a ``ParsedDocument`` as the service looks at; the words are skipped, not built."""

    pages: list[PageOutline]


def _options(document: Document) -> values.Options:
    """Today, for a document, is the day it arrived: reading it again gives the same result."""
    return values.Options(
        today=document.created_at.date(),
        limits=_limits(),
        ocr_engine=cast(values.OcrEngine, settings.OCR_ENGINE),
        ocr_threads=settings.OCR_THREADS,
    )


def _limits() -> values.Limits:
    return values.Limits(seconds=settings.JOB_TIMEOUT_SECONDS)


_idle: dict[bool, queue.LifoQueue[Sandbox]] = {False: queue.LifoQueue(), True: queue.LifoQueue()}
"""Children that wait for work, by whether they recognise text; as many as ever worked at the same time."""


@contextmanager
def _failures_of_the_service() -> Iterator[None]:
    """The engine's errors leave as ``StageFailed``."""
    try:
        yield
    except EngineError as error:
        raise StageFailed(Failure(error.code, error.message, error.retryable)) from error


@contextmanager
def _sandbox(*, ocr: bool = False) -> Iterator[Sandbox]:
    """A child for one call. Raises ``StageFailed``."""
    try:
        sandbox = _idle[ocr].get_nowait()
    except queue.Empty:
        sandbox = Sandbox(_limits(), ocr=ocr)
    try:
        with _failures_of_the_service():
            yield sandbox
    finally:
        _idle[ocr].put(sandbox)


@contextmanager
def _local_source(document: Document) -> Iterator[values.Source]:
    """The document as a file on local disk: its own or a copy. ``FileNotFoundError`` when the storage has it not."""
    try:
        path = default_storage.path(document.file)
    except NotImplementedError:
        with _copy(document) as copied:
            yield _source(document, copied)
    else:
        if not os.path.exists(path):
            raise FileNotFoundError(path)
        yield _source(document, path)


@contextmanager
def _copy(document: Document) -> Iterator[str]:
    with tempfile.NamedTemporaryFile(prefix="document-") as copy:
        with default_storage.open(document.file) as file:
            shutil.copyfileobj(file, copy)
        copy.flush()
        yield copy.name


def _source(document: Document, path: str) -> values.Source:
    """Named by the extension that intake found; a person's name for it (``.txt``) may be read otherwise."""
    name = f"original.{document.file_extension}"
    return values.Source(path=path, media_type=document.content_type, filename=name)


def storable(value: Any) -> Any:
    """PostgreSQL's jsonb refuses the character NUL, which hostile documents hold."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value
