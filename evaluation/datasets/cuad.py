"""CUAD v1: contracts from public filings in the USA, with the answers of lawyers (The Atticus Project, 2021).

Source: ``CUAD_v1.zip`` of Zenodo record 4595826, unpacked; CC BY 4.0. Layout::

    master_clauses.csv          a contract a row; for each question the clauses that answer it, and the answer
    full_contract_txt/NAME.txt  the text
    full_contract_pdf/.../NAME.pdf

Becomes two categories: ``contracts``, the PDFs, and ``contracts_text``, the same as text. A question without clause
and without answer is verified as absent. What becomes ``null``: a day of which a part is blacked out (``[]/[]/2013``),
a title or a list of parties that does not stand in the text as the answer spells it, an answer with ``[]``. The 33
questions that are answered with yes or no are not taken over. Left out: rows without a text file, and those that are
there twice.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from evaluation.comparing import letters
from evaluation.datasets import printed
from evaluation.datasets.folder import Folder

TABLE = "master_clauses.csv"
LONGEST_CELL = 2**24  # characters; clauses are whole paragraphs
COLUMNS = {
    "document_title": "documentname",
    "parties": "parties",
    "agreement_date": "agreementdate",
    "effective_date": "effectivedate",
    "expiration_date": "expirationdate",
    "renewal_term": "renewalterm",
    "notice_period": "noticeperiodtoterminaterenewal",
    "governing_law": "governinglaw",
}
"""Heads by their letters: the table spaces one of them in another way."""

DATES = ("agreement_date", "effective_date", "expiration_date")
TERMS = ("renewal_term", "notice_period", "governing_law")
PERPETUAL = "perpetual"
FIRST_YEAR = 1960
"""Of the hundred years in which a year of two figures lies; contracts were filed from 1993 on and run for decades."""

_ROLE = re.compile(r"""\([^()]*["“”][^()]*\)""")


def convert(source: Path, folder: Folder) -> None:
    """Raises FileNotFoundError where there is no table."""
    table = next(iter(sorted(source.rglob(TABLE))), None)
    if table is None:
        raise FileNotFoundError(f"{source} has no {TABLE}: is it CUAD_v1.zip, unpacked?")
    texts = _by_letters(table.parent / "full_contract_txt", ".txt")
    pages = _by_letters(table.parent / "full_contract_pdf", ".pdf")
    for row in _rows(table):
        _convert(row, texts, pages, folder)


def _by_letters(place: Path, suffix: str) -> dict[str, Path]:
    """Files by the letters of their names: the table writes spaces and signs of some in another way."""
    found = sorted(path for path in place.rglob("*") if path.suffix.lower() == suffix and path.is_file())
    return {letters(path.stem): path for path in reversed(found)}


def _rows(table: Path) -> Iterator[Mapping[str, str]]:
    """Cells by the letters of their heads."""
    csv.field_size_limit(LONGEST_CELL)
    with table.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        rows = csv.reader(lines)
        heads = [letters(head) for head in next(rows, [])]
        for cells in rows:
            yield {head: cell.strip() for head, cell in zip(heads, cells, strict=False)}


def _convert(row: Mapping[str, str], texts: Mapping[str, Path], pages: Mapping[str, Path], folder: Folder) -> None:
    origin = row.get("filename", "")
    key = letters(re.sub(r"\.(pdf|txt)$", "", origin, flags=re.IGNORECASE))
    if key not in texts:
        return folder.leave_out(origin or "a row without a name", "no text file of this name")
    if not folder.is_new(key.encode()):
        return folder.leave_out(origin, "the same contract once more")
    content = texts[key].read_bytes()
    truth = _truth(row, content.decode("utf-8", "replace"), folder)
    # Who filed it stands first: SomeCompanyInc_20140520_10-Q_…, or Some Company, Inc. - Agreement.
    issuer = letters(re.split(r"_|\s-\s", origin)[0])
    folder.add("contracts_text", origin, content, ".txt", truth, issuer)
    if key in pages:
        folder.add("contracts", origin, pages[key].read_bytes(), ".pdf", truth, issuer)
    else:
        folder.leave_out(origin, "no PDF of this name (the text is there)")
    return None


def _truth(row: Mapping[str, str], text: str, folder: Folder) -> dict[str, Any]:
    answers = {field: row.get(f"{column}answer", "") for field, column in COLUMNS.items()}
    title, parties = answers["document_title"], parties_of(answers["parties"])
    laws = [law.strip() for law in answers["governing_law"].split(";") if law.strip()]
    truth = {
        "document_title": title if _is_shown("document_title", [title], text, folder) else None,
        "parties": parties if _is_shown("parties", parties, text, folder) else None,
        **{field: day_of(answers[field]) for field in DATES},
        **{field: answers[field] if answers[field] and "[]" not in answers[field] else None for field in TERMS},
    }
    if answers["expiration_date"].casefold() == PERPETUAL:
        truth["expiration_date"] = PERPETUAL
    absent = [field for field, column in COLUMNS.items() if not answers[field] and row.get(column, "") in ("", "[]")]
    return {
        "document_type": "contract",
        **truth,
        "accept": {"governing_law": laws} if len(laws) > 1 and truth["governing_law"] else {},
        "verified_absent": absent,
    }


def _is_shown(field: str, names: Sequence[str], text: str, folder: Folder) -> bool:
    """Whether there are names, and all stand in the text."""
    if not any(names):
        return False
    found = all(printed.text(name, text) for name in names)
    if not found:
        folder.drop(field)
    return found


def day_of(answer: str) -> str | None:
    """A day as the USA write it, month first → ISO; ``None`` for anything else."""
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})", answer)
    if found is None:
        return None
    month, day, year = map(int, found.groups())
    full = year if len(found[3]) == 4 else FIRST_YEAR + (year - FIRST_YEAR) % 100
    try:
        return date(full, month, day).isoformat()
    except ValueError:
        return None


def parties_of(answer: str) -> list[str]:
    """``A Inc. ("Seller"); B Ltd. ("Buyer", "Licensee")`` → the names alone."""
    names = (" ".join(part.split()).strip(" ,") for part in _ROLE.sub("", answer).split(";"))
    return list(dict.fromkeys(name for name in names if letters(name)))
