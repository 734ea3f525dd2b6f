"""Writes a folder in the form of docs/evaluation.md: documents, their answers, and who issued them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaluation.corpus import INDEX, SUFFIX

EXAMPLES = 3  # files that are named for each reason why some were left out


class Folder:
    """``root`` must be new or empty, so that nothing of an earlier conversion is counted again (FileExistsError)."""

    def __init__(self, root: Path, data_set: str) -> None:
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise FileExistsError(f"{root} is not an empty folder.")
        self._root = root
        self._data_set = data_set
        self._rows: dict[str, dict[str, str]] = {}
        self._contents: set[bytes] = set()
        self._left_out: defaultdict[str, list[str]] = defaultdict(list)
        self._dropped: Counter[str] = Counter()

    def add(
        self, category: str, origin: str, document: bytes, suffix: str, truth: Mapping[str, Any], issuer: str
    ) -> None:
        """Write a document and its answers. ``origin`` is its path in the data set, ``suffix`` like ``.pdf``.

        Its name tells nothing that could be read from it; the same origin in another category ends alike.
        """
        name = f"{category}-{hashlib.sha256(f'{self._data_set}/{origin}'.encode()).hexdigest()[:12]}"
        place = self._root / category
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{name}{suffix}").write_bytes(document)
        source = {"data_set": self._data_set, "path": origin}
        _write(place / f"{name}{SUFFIX}", {**truth, "source": source})
        self._rows[name] = {"name": name, "category": category, "issuer_group": issuer, **source}

    def is_new(self, content: bytes) -> bool:
        """Whether these bytes are seen for the first time: data sets hold some files twice."""
        digest = hashlib.sha256(content).digest()
        known = digest in self._contents
        self._contents.add(digest)
        return not known

    def leave_out(self, origin: str, reason: str) -> None:
        """Count what is not taken over."""
        self._left_out[reason].append(origin)

    def drop(self, field: str) -> None:
        """Count an answer that became ``null`` because the document does not show it."""
        self._dropped[field] += 1

    def close(self) -> None:
        """Write who issued what."""
        self._root.mkdir(parents=True, exist_ok=True)
        _write(self._root / INDEX, [self._rows[name] for name in sorted(self._rows)])

    def summary(self) -> str:
        """How many documents there are by category, and what was left out and why."""
        counts = Counter(row["category"] for row in self._rows.values())
        lines = [f"{self._data_set} → {self._root}", *(f"{counts[name]:6}  {name}" for name in sorted(counts))]
        for reason, origins in sorted(self._left_out.items()):
            named = ", ".join(origins[:EXAMPLES]) + (", …" if len(origins) > EXAMPLES else "")
            lines.append(f"{len(origins):6}  left out, {reason}: {named}")
        lines += [f"{count:6}  answers left out, not shown: {name}" for name, count in sorted(self._dropped.items())]
        return "\n".join(lines)


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
