"""Is a value that was read the one that stands on the document?

Tolerant where a person would be: case, accents, punctuation and legal forms of names, spaces in numbers. Amounts and
dates are exact.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from rapidfuzz.distance import Indel

from extraction.engine.values import FIELD_KINDS

CODES = frozenset({"iban", "bic", "vendor_vat_id", "customer_vat_id", "vendor_tax_number"})
NUMBERS = frozenset({"invoice_number", "purchase_order", "customer_number", "payment_reference"})
ADDRESSES = frozenset({"vendor_address", "customer_address"})
NAME_SETS = frozenset({"parties", "party_roles", "signatures"})

ADDRESS_LIKENESS = 0.85
DESCRIPTION_LIKENESS = 0.8

LEGAL_FORMS = frozenset({
    "ab", "ag", "aps", "as", "berhad", "bhd", "bv", "co", "company", "corp", "corporation", "enterprise", "eg",
    "ev", "eurl", "gbr", "gmbh", "inc", "incorporated", "kg", "kgaa", "limited", "llc", "llp", "lp", "ltd",
    "ltda", "mbh", "nv", "ohg", "oy", "oyj", "plc", "private", "pte", "pty", "pvt", "sa", "sarl", "sas", "sasu",
    "sb", "sdn", "se", "snc", "spa", "sro", "srl", "ug", "vof", "spolka", "akcyjna",
})  # fmt: skip
LAW_WORDS = frozenset(["the", "law", "laws", "of", "state", "commonwealth", "province", "republic", "and"])
UNDECOMPOSED = str.maketrans({"ł": "l", "Ł": "l", "ß": "ss"})
"""Letters whose strokes are no combining marks."""

_NUMBER_SIGN = re.compile(r"^(?:(?:#|no\.?|nr\.?|n°):?)+(?=.)")
_LONE_STOP = re.compile(r"(?<=\b\w)\.(?=\w\b)")


def is_right(field: str, truth: Mapping[str, Any], value: Any) -> bool:
    """Whether ``value`` is the true one, or one that is accepted as well. On credit notes the sign is free."""
    unsigned = truth.get("document_type") == "credit_note"
    good = [truth.get(field), *(truth.get("accept") or {}).get(field, [])]
    return any(same(field, answer, value, unsigned=unsigned) for answer in good if not is_empty(answer))


def same(field: str, answer: Any, value: Any, *, unsigned: bool = False) -> bool:
    """Whether two values of ``field`` are equal. Raises ``KeyError`` for a field that the engine does not know."""
    kind = FIELD_KINDS[field]
    if kind in ("amount", "number"):
        return same_number(answer, value, unsigned=unsigned)
    if kind == "list":
        return _names(answer) == _names(value)
    if not isinstance(value, str):
        return False
    if field in ADDRESSES:
        return likeness(answer, value) >= ADDRESS_LIKENESS
    return _comparable(field, kind, str(answer)) == _comparable(field, kind, value)


def same_number(answer: Any, value: Any, *, unsigned: bool = False) -> bool:
    one, other = number(answer), number(value)
    if one is None or other is None:
        return False
    return abs(one) == abs(other) if unsigned else one == other


def number(value: Any) -> Decimal | None:
    """A JSON number or plain decimal text; ``None`` for anything else."""
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def likeness(one: str, other: str) -> float:
    """0 to 1, by letters and digits alone: the share of them that both have in the same order."""
    return Indel.normalized_similarity(letters(one), letters(other))


def similar(wanted: str, found: str) -> bool:
    """Whether a line's description is the wanted one, with a little more or less around it."""
    one, other = letters(wanted), letters(found)
    if not one or not other:
        return False
    inside = one in other and 2 * len(one) >= len(other)
    return inside or Indel.normalized_similarity(one, other) >= DESCRIPTION_LIKENESS


def letters(text: str) -> str:
    """Only letters and digits, without case and accents."""
    return "".join(filter(str.isalnum, plain(text)))


def name(text: str) -> str:
    """A name without punctuation, accents and legal forms; a name of nothing but legal forms keeps them."""
    joined = re.sub(r"\bs/b\b", "sb", _LONE_STOP.sub("", plain(text)))
    words = [word for word in map(letters, re.split(r"[\W_]+", joined)) if word]
    return "".join([word for word in words if word not in LEGAL_FORMS] or words)


def _comparable(field: str, kind: str, text: str) -> str:
    if kind == "date" or field == "expiration_date":
        return text.strip()
    if field in CODES:
        return letters(text)
    if field in NUMBERS:
        return _NUMBER_SIGN.sub("", "".join(plain(text).split()))
    if field == "governing_law":
        words = re.split(r"\W+", plain(text))
        return letters(" ".join(word for word in words if word not in LAW_WORDS))
    return name(text)


def _names(value: Any) -> frozenset[str]:
    parts: Iterable[Any] = value if isinstance(value, (list, tuple)) else [value]
    return frozenset(name(str(part)) for part in parts if part)


def plain(text: str) -> str:
    """Without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text).casefold().translate(UNDECOMPOSED)
    return "".join(character for character in decomposed if not unicodedata.combining(character))
