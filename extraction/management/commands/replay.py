"""``manage.py replay``: does what reviewers taught make anything worse? If not, use it from now on."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import QuerySet

from accounts.shell import printable, workspace_named
from extraction import learning
from extraction.management.progress import progress
from extraction.models import Vendor

WORSE = 3
"""Exit status when something would be read worse; a memory in use stays unless it makes something worse itself."""


class Command(BaseCommand):
    help = (
        "Read the confirmed documents of each vendor again, each with what was learned from the others, and compare "
        "with what reviewers confirmed. What makes nothing worse is used from now on. "
        f"Exit status: 0 done, {WORSE} something would be worse."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", metavar="NAME", help="name or id of a workspace; default: all")
        parser.add_argument("--vendor", metavar="NAME", help="only vendors of this name")
        parser.add_argument("--dry-run", action="store_true", help="only compare; change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        vendors = self._vendors(options)
        worse = False
        with progress(len(vendors), "vendor", verbosity=options["verbosity"]) as bar:
            for vendor in vendors:
                outcome = learning.replay(vendor, use=not options["dry_run"])
                worse |= bool(outcome.worse)
                bar.clear()
                self._tell(vendor, outcome)
                bar.update()
        if not vendors:
            self.stdout.write("Nothing was confirmed yet.")
        if worse:
            raise SystemExit(WORSE)

    def _vendors(self, options: dict[str, Any]) -> QuerySet[Vendor]:
        chosen = Vendor.objects.all()
        if options["workspace"]:
            chosen = chosen.filter(workspace=workspace_named(options["workspace"]))
        if options["vendor"]:
            chosen = chosen.filter(name=options["vendor"])
        return chosen

    def _tell(self, vendor: Vendor, outcome: learning.Replay) -> None:
        verdict = "good" if outcome.is_good else "dropped" if outcome.dropped else "not used"
        self.stdout.write(
            f"{printable(vendor.name)}: {outcome.documents} documents, "
            f"{outcome.before} fields right before, {outcome.after} after: {verdict}"
        )
        for document, field in outcome.worse:
            self.stdout.write(f"  worse: {field} of {document}")
