"""From which day to which: what every figure is asked for."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models.functions import TruncDate

Ids = Sequence[uuid.UUID]

MOST_NAMES = 15
"""Fields, vendors or causes of one figure: those with the most to tell."""


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time.min, UTC)

    @property
    def until(self) -> datetime:
        """The moment after it."""
        return datetime.combine(self.last, time.min, UTC) + timedelta(days=1)

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(len(self)))


def day_of(moment: str) -> TruncDate:
    """The day in UTC."""
    return TruncDate(moment, tzinfo=UTC)
