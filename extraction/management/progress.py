"""A progress bar for the commands that take long."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm


@contextmanager
def progress(total: int, unit: str, *, verbosity: int) -> Iterator[tqdm[Any]]:
    """A bar on standard error, if that is a terminal. While it is drawn, the log keeps to warnings."""
    shown = bool(verbosity) and sys.stderr.isatty()
    before = logging.root.manager.disable
    logging.disable(logging.INFO if shown else before)
    try:
        with tqdm(total=total, unit=f" {unit}", disable=not shown) as bar:
            yield bar
    finally:
        logging.disable(before)
