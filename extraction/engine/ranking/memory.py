"""Does a candidate agree with what reviewers found on the vendor's earlier documents?"""

from __future__ import annotations

from extraction.engine.candidates import Candidate
from extraction.engine.values import VendorMemory


def agreement(name: str, candidate: Candidate, memory: VendorMemory | None) -> float:
    """0 (unknown or elsewhere) to 1 (the same value, or the same place, label and shape)."""
    if memory is None:
        return 0.0
    same = any(item.field == name and item.value == str(candidate.value) for item in memory.fields)
    return 1.0 if same else 0.0
