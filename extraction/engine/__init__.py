"""How is a document read? Plain Python: no Django, no database, no broker.

``python -m extraction.engine FILE...`` prints what was read. From code, use
:func:`extraction.engine.pipeline.process` (or ``parse``, ``recognise``, ``extract``,
``validate`` one by one); to open files that somebody else made, go through
:mod:`extraction.engine.sandbox`.
"""

VERSION = "1.0.0"
"""Changes whenever the same bytes may give another result; stored with every result."""
