"""``manage.py reconsider``: ask the present review policy about documents that wait for a person."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from accounts.shell import workspace_named
from documents.kinds import Kind
from extraction.management.progress import progress
from review.reconsidering import Outcome, concerned, preview, run


class Command(BaseCommand):
    help = (
        "Ask the present review policy about documents that wait for a person: those without doubts pass unseen. "
        "What somebody has open or has begun to correct is left alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", metavar="NAME", required=True, help="name or id of a workspace")
        parser.add_argument("--kind", choices=Kind.values, default="", help="default: kinds without their own policy")
        parser.add_argument("--dry-run", action="store_true", help="only say how many")

    def handle(self, *args: Any, **options: Any) -> None:
        tasks = concerned(workspace_named(options["workspace"]).pk, options["kind"])
        if options["dry_run"]:
            found = preview(tasks)
            self.stdout.write(
                f"{found[Outcome.PASSES]} of {found.total()} would pass unseen; {found[Outcome.STAYS]} still need a "
                f"person, {found[Outcome.BEGUN]} are left alone."
            )
            return
        outcomes: Counter[Outcome] = Counter()
        with progress(tasks.count(), "documents", verbosity=options["verbosity"]) as bar:
            for outcome in run(tasks, by=None):
                outcomes[outcome] += 1
                bar.update()
        self.stdout.write(f"{outcomes[Outcome.PASSES]} pass unseen, {outcomes[Outcome.STAYS]} still need a person.")
