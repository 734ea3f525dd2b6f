"""Learning from reviewers, vendor by vendor: what they confirmed, the memory made of it, and the proof that it helps.

``confirm`` keeps a document's fields as a reviewer left them, until ``withdraw`` takes them back. ``replay`` reads the
vendor's confirmed documents with what was learned, each without its own contribution, and puts the memory to use only
when it made nothing worse. A worker does that soon after each change: the sweeper rings for the vendors that are
``due``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from accounts.models import User, Workspace
from audit import log as audit
from common.errors import Conflict, Invalid
from documents.models import Document
from extraction import artefacts, bridge
from extraction.errors import ArtefactLost, StageFailed
from extraction.models import Confirmation, JobStatus, ProcessingJob, Vendor, VendorKey

IDENTIFYING = ("vendor_vat_id", "iban", "vendor_name")
"""Fields that tell one vendor from another, the surest first."""

REPLAYED = 30
"""The newest confirmed documents of a vendor, from which it is learned and over which is replayed."""

CLAIM_SECONDS = 600
"""For so long no other worker begins with a vendor, unless who had it has ended."""

LONGEST_KEY = 200
LONGEST_VALUE = 10_000  # characters
MOST_PAGES = 1_000_000
LARGEST_EDGE = 1e9


@dataclass
class Replay:
    """How many confirmed fields were read right before and after, and which became wrong: ``(document, field)``.

    ``dropped``: not even what was in use stands the test any more, for example since the vendor changed its layout.
    """

    documents: int = 0
    before: int = 0
    after: int = 0
    worse: list[tuple[str, str]] = field(default_factory=list)
    dropped: bool = False

    @property
    def is_good(self) -> bool:
        """Nothing worse. What is only not better may still be right more often on other documents."""
        return self.documents > 0 and not self.worse


def memory_for(document: Document, extraction: Any) -> Any:
    """The memory of the vendor that an encoded extraction names, in use in this workspace; ``None`` where none is."""
    vendor = vendor_of(document, extraction, VendorKey.objects.filter(vendor__memory__isnull=False))
    return None if vendor is None else vendor.memory


def vendor_of(document: Document, extraction: Any, among: QuerySet[VendorKey] | None = None) -> Vendor | None:
    """The vendor that an encoded extraction names, if reviewers taught something about it in this workspace."""
    wanted = list(_keys(bridge.values_of(extraction, IDENTIFYING)))
    keys = VendorKey.objects.all() if among is None else among
    found = keys.filter(workspace=document.workspace_id, key__in=wanted).select_related("vendor")
    by_key = {row.key: row.vendor for row in found}
    return next((by_key[key] for key in wanted if key in by_key), None)


def confirm(*, document: Document, values: bridge.Confirmed, by: User) -> Confirmation:
    """Keep the fields of a document as a reviewer left them: ``{name: {value, page, box}}``.

    The value is text (a plain decimal, an ISO date), empty where the document has none; page and box say where it
    stands. What was kept before is replaced. Raises ``Invalid`` for fields that do not exist and for values without a
    vendor, ``Conflict`` for a document that is not read.
    """
    problems = {name: [problem] for name, item in values.items() if (problem := _problem(name, item))}
    if problems:
        raise Invalid("Some of the fields cannot be kept.", fields=problems)
    values = {name: {key: item.get(key) for key in ("page", "box")} | _text(item) for name, item in values.items()}
    texts = {name: item["value"] for name, item in values.items()}
    keys = list(_keys({name: texts.get(name, "") for name in IDENTIFYING}))
    if not keys:
        raise Invalid("A vendor must be named: there is nobody to remember it for.")
    try:
        observations = bridge.observe(document, _parsed(document), values)
    except (ArtefactLost, StageFailed) as error:
        raise Conflict("The document cannot be learned from; have it read again.") from error
    name = texts.get("vendor_name") or keys[0]
    return _keep(document=document, name=name, keys=keys, values=values, observations=observations, by=by)


def _text(item: Mapping[str, Any]) -> dict[str, str]:
    return {"value": item.get("value") or ""}


def _problem(name: str, item: Any) -> str | None:
    """What is wrong with a confirmed field; ``None`` when nothing is."""
    if name not in bridge.FIELDS:
        return "There is no such field."
    if not isinstance(item, Mapping) or not isinstance(item.get("value"), str | None):
        return "The value must be text."
    page, box = item.get("page"), item.get("box")
    if page is not None and not (type(page) is int and 0 < page <= MOST_PAGES):
        return "The page must be a number from 1."
    if box is not None and not (isinstance(box, list | tuple) and len(box) == 4 and all(map(_is_edge, box))):
        return "The box must be four numbers."
    return _problem_of_value(name, item.get("value") or "")


def _problem_of_value(name: str, value: str) -> str | None:
    if len(value) > LONGEST_VALUE or "\0" in value:
        return "The value is too long or holds a character that cannot be kept."
    try:
        typed = bridge.typed(name, value) if value else None
    except (ValueError, ArithmeticError):
        return "The value must be a plain decimal or an ISO date, as its field is."
    return "The value must be finite." if isinstance(typed, Decimal) and not typed.is_finite() else None


def _is_edge(edge: Any) -> bool:
    return type(edge) in (int, float) and abs(edge) < LARGEST_EDGE  # which no infinity and no NaN is


@transaction.atomic
def _keep(
    *, document: Document, name: str, keys: list[str], values: bridge.Confirmed, observations: Any, by: User
) -> Confirmation:
    _lock(document.workspace_id)
    vendor = _vendor(document, keys, name)
    before = Vendor.objects.filter(confirmations__document=document).exclude(pk=vendor.pk).first()
    Confirmation.objects.filter(document=document).delete()
    kept = Confirmation.objects.create(document=document, vendor=vendor, values=dict(values), observations=observations)
    for taught in filter(None, (vendor, before)):  # the other one taught it by mistake
        learned = _learned(taught, _confirmations(taught))
        Vendor.objects.filter(pk=taught.pk).update(proposed=learned, updated_at=Now())
    audit.record(
        "document.confirmed",
        by=by,
        object_type="document",
        object_id=document.pk,
        workspace_id=document.workspace_id,
        fields=sorted(values),
    )
    return kept


@transaction.atomic
def withdraw(*, document: Document, by: User | None) -> None:
    """Take back what was confirmed of a document, if anything was.

    A memory in use may rest on it, so none is used until a replay has tested what the vendor's other documents teach.
    A vendor without others is forgotten. The caller holds the document, as for confirming.
    """
    taught = Vendor.objects.filter(confirmations__document=document)
    if not taught.exists():
        return
    _lock(document.workspace_id)
    for vendor in taught.all():  # none, where it was forgotten a moment ago
        vendor.confirmations.filter(document=document).delete()
        _unlearn(vendor)
        audit.record(
            "document.unconfirmed",
            by=by,
            object_type="document",
            object_id=document.pk,
            workspace_id=document.workspace_id,
            vendor=vendor.name,
        )


def _unlearn(vendor: Vendor) -> None:
    """Leave it what its confirmed documents teach, to be tested anew, and the keys that they name."""
    named = list(vendor.confirmations.values_list(*(f"values__{name}__value" for name in IDENTIFYING)))
    if not named:
        vendor.delete()
        return
    keys = {key for texts in named for key in _keys(dict(zip(IDENTIFYING, texts, strict=True)))}
    vendor.keys.exclude(key__in=keys).delete()
    learned = _learned(vendor, _confirmations(vendor))
    Vendor.objects.filter(pk=vendor.pk).update(memory=None, proposed=learned, updated_at=Now())


def _lock(workspace_id: uuid.UUID) -> datetime:
    """Two reviewers make one new vendor, and nothing is confirmed while a replay concludes; the time it is then."""
    return Workspace.objects.select_for_update(no_key=True).annotate(now=Now()).get(pk=workspace_id).now


def due() -> QuerySet[Vendor]:
    """Vendors whose last replay did not know what is proposed by now; who waits longest comes first."""
    unknown = Q(replayed_at__isnull=True) | Q(replayed_at__lt=F("updated_at"))
    return Vendor.objects.filter(unknown, proposed__isnull=False).order_by("updated_at")


def replay_due(vendor_id: uuid.UUID) -> Replay | None:
    """Replay a vendor that is due and that nobody else is at; ``None`` when there is nothing to do.

    A claim only saves work, since a replay is safe twice. It outlasts a replay that fails: to be tried again later.
    """
    claim = f"replay:{vendor_id}"
    vendor = due().filter(pk=vendor_id).first()
    if vendor is None or not cache.add(claim, True, CLAIM_SECONDS):
        return None
    outcome = replay(vendor)
    cache.delete(claim)
    return outcome


def replay(vendor: Vendor, *, use: bool = True, by: User | None = None) -> Replay:
    """Read the vendor's confirmed documents with and without what was learned from the others.

    With ``use`` a memory that made nothing worse is used from now on. One in use that does make something worse, also
    where nothing better was learned, is used no more. Without it nothing is changed: who was due, still is.
    """
    began, confirmations = _begin(vendor)
    outcome = Replay()
    for confirmation in confirmations:
        others = [other for other in confirmations if other is not confirmation] or confirmations
        _replay_one(confirmation, _learned(vendor, others), outcome)
    if vendor.memory is not None and not outcome.is_good:
        outcome.dropped = use and not _stands(vendor.memory, confirmations)
    if use:
        _conclude(vendor, confirmations, outcome, began=began, by=by)
    return outcome


@transaction.atomic
def _begin(vendor: Vendor) -> tuple[datetime, list[Confirmation]]:
    """What is confirmed, and until when: what is confirmed later makes the vendor due again."""
    return _lock(vendor.workspace_id), _confirmations(vendor)


def _stands(memory: Any, confirmations: list[Confirmation]) -> bool:
    """Whether a memory in use makes nothing worse; it has no right to be when all that taught it was deleted."""
    present = Replay()
    for confirmation in confirmations:
        _replay_one(confirmation, memory, present)
    return bool(confirmations) and not present.worse


@transaction.atomic
def _conclude(
    vendor: Vendor, confirmations: list[Confirmation], outcome: Replay, *, began: datetime, by: User | None
) -> None:
    _lock(vendor.workspace_id)
    if Confirmation.objects.filter(pk__in=[each.pk for each in confirmations]).count() < len(confirmations):
        return  # some were taken back meanwhile: nothing may rest on them, and the vendor stays due
    changes: dict[str, Any] = {"replay": asdict(outcome), "replayed_at": began}
    if outcome.is_good:
        changes["memory"] = _learned(vendor, confirmations)
        if [each.pk for each in _confirmations(vendor)] == [each.pk for each in confirmations]:
            changes["proposed"] = None  # otherwise somebody confirmed more meanwhile
    elif outcome.dropped:
        changes["memory"] = None
    if Vendor.objects.filter(pk=vendor.pk).update(**changes):
        audit.record(
            "vendor.replayed",
            by=by,
            object_type="vendor",
            object_id=vendor.pk,
            workspace_id=vendor.workspace_id,
            used=outcome.is_good,
            dropped=outcome.dropped,
        )


@transaction.atomic
def forget(*, vendor: Vendor, by: User) -> None:
    """Read the vendor's documents as if nothing had ever been confirmed."""
    _lock(vendor.workspace_id)
    audit.record(
        "vendor.forgotten",
        by=by,
        object_type="vendor",
        object_id=vendor.pk,
        workspace_id=vendor.workspace_id,
        name=vendor.name,
    )
    vendor.delete()


def _replay_one(confirmation: Confirmation, memory: Any, outcome: Replay) -> None:
    document = confirmation.document
    try:
        parsed = _parsed(document)
        plain = bridge.extract(document, parsed)
        taught = bridge.extract(document, parsed, memory)
    except (ArtefactLost, StageFailed, Conflict):
        return  # it shows nothing
    before = bridge.right_fields(plain, confirmation.values)
    after = bridge.right_fields(taught, confirmation.values)
    outcome.documents += 1
    outcome.before += len(before)
    outcome.after += len(after)
    outcome.worse += [(str(document.pk), name) for name in sorted(before - after)]


def _confirmations(vendor: Vendor) -> list[Confirmation]:
    return list(vendor.confirmations.select_related("document")[:REPLAYED])


def _learned(vendor: Vendor, confirmations: list[Confirmation]) -> Any:
    return bridge.merged(vendor.name, [confirmation.observations for confirmation in confirmations])


def _parsed(document: Document) -> bytes:
    """The document as it was parsed for its present result. Raises ``Conflict`` or ``ArtefactLost``."""
    done = ProcessingJob.objects.filter(document=document, status=JobStatus.SUCCEEDED).exclude(parsed_file="")
    job = done.select_related("document").first()
    if job is None:
        raise Conflict("The document has not been read yet.")
    return artefacts.load(job)


def _vendor(document: Document, keys: list[str], name: str) -> Vendor:
    """The vendor that is known by one of ``keys``, the surest first, or a new one; known by all of them from now on."""
    known = {row.key: row.vendor for row in _known(document, keys)}
    vendor = next((known[key] for key in keys if key in known), None)
    if vendor is None:
        vendor = Vendor.objects.create(workspace_id=document.workspace_id, name=name[:LONGEST_KEY])
    new = [VendorKey(workspace_id=document.workspace_id, vendor=vendor, key=key) for key in keys if key not in known]
    VendorKey.objects.bulk_create(new, ignore_conflicts=True)
    return vendor


def _known(document: Document, keys: list[str]) -> Iterator[VendorKey]:
    rows = VendorKey.objects.filter(workspace=document.workspace_id, key__in=keys)
    return iter(rows.select_related("vendor"))


def _keys(texts: Mapping[str, str | None]) -> Iterator[str]:
    """Of the identifying fields that have a value, in their order."""
    for name in IDENTIFYING:
        folded = bridge.folded(texts.get(name) or "")[:LONGEST_KEY]
        if folded:
            yield f"{name}:{folded}"
