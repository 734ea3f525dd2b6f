"""Public data sets → folders in the form of docs/evaluation.md, so that anybody can repeat a measurement.

python -m evaluation.datasets NAME SOURCE OUT

``SOURCE`` is a copy that the user fetched himself; nothing is downloaded here, and no data set is part of this
repository. A value that the document does not show becomes ``null``: nobody can read it there.
"""
