"""``manage.py ingest``: take in files and folders from this machine, as if they had been uploaded."""

from __future__ import annotations

import os
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.models import User, Workspace
from accounts.shell import owner_of, printable, uploader_named, workspace_named
from common.errors import DomainError, Invalid
from documents.intake import Arrival, receive_path
from documents.models import Document
from extraction import intake
from extraction.management.progress import progress

REFUSED = 3
"""Exit status when some files were refused."""
INTERRUPTED = 130

NOTES = """
Folders are taken in with all that is in them, except hidden files; links to other folders are not entered.
A file whose content is in the workspace already is passed over, so the command may be run again on the same folder.
Exit status: 0 all taken in or there already, 1 wrong arguments, 3 some files were refused, 130 interrupted.
"""


class Outcome(StrEnum):
    TAKEN = "taken in"
    KNOWN = "there already"
    REFUSED = "refused"


class Command(BaseCommand):
    help = "Take in files and folders. The same rules apply as to an upload."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=NOTES, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file or a folder")
        parser.add_argument("--workspace", required=True, metavar="NAME", help="name or id of a workspace")
        parser.add_argument(
            "--as", dest="email", metavar="EMAIL", help="who uploads them (default: the owner of the workspace)"
        )

    def handle(self, *args: Any, paths: list[Path], workspace: str, email: str | None, **options: Any) -> None:
        target = workspace_named(workspace)
        uploader = uploader_named(email, target) if email else owner_of(target)
        outcomes: Counter[Outcome] = Counter()
        files = list(_files(paths))
        try:
            with progress(len(files), "files", verbosity=options["verbosity"]) as bar:
                for path, folder in files:
                    outcomes[self._take_in(path, folder, target, uploader)] += 1
                    bar.update()
        except KeyboardInterrupt:
            raise CommandError("Interrupted. Run the command again to go on.", returncode=INTERRUPTED) from None
        finally:
            self.stdout.write(", ".join(f"{outcome}: {outcomes[outcome]}" for outcome in Outcome))
        if outcomes[Outcome.REFUSED]:
            raise CommandError("Some files were refused.", returncode=REFUSED)

    def _take_in(self, path: Path, folder: Path | None, workspace: Workspace, uploader: User) -> Outcome:
        try:
            arrival = _received(path, folder)
        except DomainError as error:
            return self._refuse(path, error.message)
        except OSError as error:
            return self._refuse(path, f"The file could not be read: {error.strerror}.")
        try:
            if Document.objects.filter(workspace=workspace, checksum_sha256=arrival.sha256).exists():
                return Outcome.KNOWN
            intake.receive(arrival=arrival, workspace=workspace, by=uploader)
        except OSError as error:
            raise CommandError(f"{printable(path)} could not be stored: {error.strerror}.") from error
        finally:
            arrival.discard()
        return Outcome.TAKEN

    def _refuse(self, path: Path, reason: str) -> Outcome:
        with tqdm.external_write_mode():
            self.stderr.write(f"{printable(path)}: {reason}")
        return Outcome.REFUSED


def _received(path: Path, folder: Path | None) -> Arrival:
    """A pipe or a device would be read for ever, so only what is a file is opened, and only inside ``folder``."""
    if not path.exists():
        raise Invalid("There is no such file or folder.")
    if not path.is_file():
        raise Invalid("This is neither a file nor a folder.")
    if folder is not None and not path.resolve().is_relative_to(folder.resolve()):
        raise Invalid("The link leads out of the folder and is not followed.")
    return receive_path(path)


def _files(paths: list[Path]) -> Iterator[tuple[Path, Path | None]]:
    """What is named, and what is in the named folders together with that folder, in order of the names."""
    for path in paths:
        if not path.is_dir():
            yield path, None
            continue
        for parent, folders, names in os.walk(path):  # does not enter links to folders
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from ((Path(parent, name), path) for name in sorted(names) if not name.startswith("."))
