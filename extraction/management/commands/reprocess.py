"""``manage.py reprocess``: have many documents read again, behind those that people are waiting for."""

from __future__ import annotations

import re
import sys
import uuid
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q, QuerySet

from accounts.shell import printable, workspace_named
from documents.kinds import Kind
from documents.models import Document
from documents.states import Status
from extraction.management.progress import progress
from extraction.models import ACTIVE, ExtractionResult, JobPriority
from extraction.reprocessing import APPROVED, Outcome, reprocess

SELECTORS = (
    "status",
    "kind",
    "ids_from",
    "created_after",
    "created_before",
    "engine_older_than",
    "confidence_below",
    "workspace",
)
INCOMPLETE = 3
"""Exit status when it came to its end but knew nothing of some of the ids."""
INTERRUPTED = 130

EXAMPLES = """
Examples:
  manage.py reprocess --status failed --created-after 2026-04-01
  manage.py reprocess --engine-older-than 1.1.0 --dry-run
  manage.py reprocess --ids-from ids.txt --queue normal

All conditions must hold. What a reviewer approved is left alone, unless --approved is given: read again, it would
have to be approved again. A document that waits or is at work already is passed over, so the command may be run
twice; after an interruption it says how to go on where it stopped.
Exit status: 0 done, 1 wrong arguments, 3 some of the ids are unknown, 130 interrupted.
"""


class Command(BaseCommand):
    help = "Have documents read again by the workers. The present results stay until new ones replace them."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLES, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_argument_group("which documents")
        which.add_argument("--all", action="store_true", help="all there are")
        which.add_argument("--status", action="append", choices=Status.values, help="may be given several times")
        which.add_argument("--kind", action="append", choices=Kind.values, help="may be given several times")
        which.add_argument("--ids-from", metavar="FILE", help="document ids, one a line; - is standard input")
        which.add_argument("--created-after", type=_time, metavar="TIME", help="this date or time (UTC) or later")
        which.add_argument("--created-before", type=_time, metavar="TIME", help="before this date or time (UTC)")
        which.add_argument(
            "--engine-older-than", type=_version, metavar="VERSION", help="read by an earlier version, as in 1.2.0"
        )
        which.add_argument("--confidence-below", type=_share, metavar="X", help="result less sure than X (0 to 1)")
        which.add_argument("--workspace", metavar="NAME", help="name or id of a workspace")
        how = parser.add_argument_group("how")
        how.add_argument("--queue", choices=JobPriority.values, default=JobPriority.LOW, help="default: low")
        how.add_argument("--limit", type=_count, metavar="N", help="queue at most N documents")
        how.add_argument("--batch-size", type=_count, metavar="N", default=200, help="rows fetched at once (200)")
        how.add_argument("--after", type=uuid.UUID, metavar="ID", help="go on after this document")
        how.add_argument("--approved", action="store_true", help="also documents that a reviewer approved")
        how.add_argument("--dry-run", action="store_true", help="only say how many")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["all"] and all(options[name] is None for name in SELECTORS):
            raise CommandError("Say which documents, for example --status failed; or --all for all of them.")
        ids = None if options["ids_from"] is None else sorted(set(_ids_from(options["ids_from"])))
        selected = _selected(options)
        unknown = [] if ids is None else _unknown(ids, options["batch_size"])
        if unknown:
            named = ", ".join(str(pk) for pk in unknown[:5]) + (" ..." if len(unknown) > 5 else "")
            self.stderr.write(f"Unknown: {len(unknown)} of {len(ids or [])} ids ({named}).")
        approved = 0
        if not options["approved"]:
            approved, _ = _counts(selected.filter(APPROVED), ids, options["batch_size"])
            selected = selected.exclude(APPROVED)
        total, active = _counts(selected, ids, options["batch_size"])
        if options["dry_run"]:
            count = min(total - active, options["limit"] or total)
            self.stdout.write(f"Would queue {count}; {active} of the {total} selected wait or are at work already.")
        else:
            approved += self._run(selected, ids, total, options)
        if approved:
            self.stdout.write(f"Left alone, as a reviewer approved them: {approved} (--approved selects them, too).")
        if unknown:
            raise CommandError("Some of the ids are unknown.", returncode=INCOMPLETE)

    def _run(
        self, selected: QuerySet[Document], ids: list[uuid.UUID] | None, total: int, options: dict[str, Any]
    ) -> int:
        """Queue them batch by batch. However this ends, say how far it came; how many were approved meanwhile."""
        outcomes: Counter[Outcome] = Counter()
        reached: uuid.UUID | None = options["after"]
        finished = False
        try:
            with progress(total, "documents", verbosity=options["verbosity"]) as bar:
                documents = _in_batches(selected, ids, options["batch_size"])
                how: dict[str, Any] = {"priority": JobPriority(options["queue"]), "approved": options["approved"]}
                for document, outcome in reprocess(documents, by=None, **how):
                    outcomes[outcome] += 1
                    reached = document.pk
                    bar.update()
                    if outcomes[Outcome.QUEUED] == options["limit"]:
                        break
                else:
                    finished = True
        except KeyboardInterrupt:
            raise CommandError("Interrupted.", returncode=INTERRUPTED) from None
        finally:
            self.stdout.write(
                f"Queued {outcomes[Outcome.QUEUED]}, waiting or at work already {outcomes[Outcome.ACTIVE]}, "
                f"deleted meanwhile {outcomes[Outcome.GONE]}."
            )
            if not finished and reached:
                self.stdout.write(f"To go on, repeat the command with --after {reached}")
        return outcomes[Outcome.APPROVED]


def _selected(options: dict[str, Any]) -> QuerySet[Document]:
    """The documents for which all conditions hold."""
    conditions = {
        "status__in": options["status"],
        "kind__in": options["kind"],
        "created_at__gte": options["created_after"],
        "created_at__lt": options["created_before"],
        "confidence_score__lt": options["confidence_below"],
        "workspace": None if options["workspace"] is None else workspace_named(options["workspace"]),
        "pk__gt": options["after"],
    }
    if options["engine_older_than"] is not None:
        conditions["result__extractor_version__in"] = _older_versions(options["engine_older_than"])
    return Document.objects.filter(**{name: value for name, value in conditions.items() if value is not None})


def _in_batches(selected: QuerySet[Document], ids: list[uuid.UUID] | None, size: int) -> Iterator[Document]:
    """By id, which new documents and deleted ones do not disturb, without a query that stays open for hours."""
    if ids is not None:
        for start in range(0, len(ids), size):
            yield from selected.filter(pk__in=ids[start : start + size]).order_by("pk")
        return
    batch = list(selected.order_by("pk")[:size])
    while batch:
        yield from batch
        batch = list(selected.filter(pk__gt=batch[-1].pk).order_by("pk")[:size])


def _counts(selected: QuerySet[Document], ids: list[uuid.UUID] | None, size: int) -> tuple[int, int]:
    """How many are selected, and how many of them wait or are at work already."""
    parts = [Q()] if ids is None else [Q(pk__in=ids[start : start + size]) for start in range(0, len(ids), size)]
    chosen = [selected.filter(part) for part in parts]
    return sum(part.count() for part in chosen), sum(part.filter(jobs__status__in=ACTIVE).count() for part in chosen)


def _ids_from(name: str) -> Iterator[uuid.UUID]:
    """The ids in a file (``-``: standard input); empty lines and what follows a # are passed over."""
    try:
        lines = (sys.stdin.read() if name == "-" else Path(name).read_text()).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The ids could not be read from {printable(name)}: {_reason(error)}.") from None
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        try:
            if text:
                yield uuid.UUID(text)
        except ValueError:
            raise CommandError(f"Line {number} of the ids is not an id: {printable(text[:80])!r}.") from None


def _unknown(ids: list[uuid.UUID], size: int) -> list[uuid.UUID]:
    known: set[uuid.UUID] = set()
    for start in range(0, len(ids), size):
        known.update(Document.objects.filter(pk__in=ids[start : start + size]).values_list("pk", flat=True))
    return [pk for pk in ids if pk not in known]


def _older_versions(than: tuple[int, ...]) -> list[str]:
    """The engine versions among the results that come before ``than``."""
    versions = ExtractionResult.objects.order_by().values_list("extractor_version", flat=True).distinct()
    return [version for version in versions if _numbers(version) < than]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


def _version(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"\d+(\.\d+)*", text):
        raise ArgumentTypeError(f"{text!r} is not a version such as 1.2.0")
    return _numbers(text)


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date or time such as 2026-04-30 or 2026-04-30T12:00") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _share(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return found


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1 to 999999999")
    return int(text)


def _reason(error: Exception) -> str:
    return "it is not text" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", "") or str(error)
