"""``manage.py sweep``: once, all of what the scheduler does every few seconds and every few minutes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from extraction import sweeper


class Command(BaseCommand):
    help = "Ring again for work that was lost, give up what is out of attempts, remove orphaned files and old tokens."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in (sweeper.sweep() | sweeper.teach() | sweeper.tidy() | sweeper.housekeep()).items():
            self.stdout.write(f"{name.replace('_', ' ')}: {count}")
