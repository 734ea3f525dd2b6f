"""``manage.py extract FILE...``: the engine on files of this machine; nothing is stored."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand

from extraction.engine.__main__ import main


class Command(BaseCommand):
    """Hands everything to the engine's own command line, ``--help`` too, so that both have the same options."""

    help = "Read files and print what they say as JSON, the same as python -m extraction.engine."

    def run_from_argv(self, argv: list[str]) -> None:
        sys.exit(main(argv[2:], program="manage.py extract"))
