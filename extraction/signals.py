"""What rooms above this one may hear, within the transaction of what is told: an error there undoes it."""

from __future__ import annotations

from django.dispatch import Signal

read = Signal()
"""A document was read, or read again: ``document``, ``result``."""

corrected = Signal()
"""A person changed what was read: ``document``, ``result``, that of ``before``, ``made`` (each change), ``by``,
``seconds`` or ``None``."""

swept = Signal()
"""Every few seconds, outside of any transaction. Receivers enter in ``tidied`` how much they did, by a name of it."""
