"""Documents in folds, all of one issuer in the same: what is learned is measured on issuers it has not met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

FOLDS = 5


def folds_of(groups: Sequence[Hashable], count: int = FOLDS) -> list[int]:
    """The fold (0 to ``count`` - 1) of each member, by its group; large groups first, each into the smallest fold."""
    sizes = Counter(groups)
    filled = [0] * count
    fold: dict[Hashable, int] = {}
    for group, size in sorted(sizes.items(), key=lambda item: (-item[1], str(item[0]))):
        smallest = filled.index(min(filled))
        fold[group] = smallest
        filled[smallest] += size
    return [fold[group] for group in groups]
