"""The evidence for a chosen value, in short phrases for a person; and the values that it was chosen from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from extraction.engine.candidates import Candidate, Decision
from extraction.engine.ranking import model
from extraction.engine.ranking.surroundings import Label, governing
from extraction.engine.reading import Place
from extraction.engine.values import Considered, Why

SHOWN = 60
"""Characters of a text of the document that are shown."""

LABEL_SHOWN = 30
MOST_REASONS = 4
MOST_CONSIDERED = 5

RELATIONS = {"same": "stands behind", "right": "stands right of", "below": "stands below"}
LABELLED = 3.0

RULES: dict[str, str] = {
    "title": "stands beside the title",
    "below_title": "stands below the title",
    "sender_line": "begins the sender's line over the address",
    "letterhead": "stands like a name in the letterhead",
    "address_block": "begins an address",
    "head": "stands at the head of the receipt",
    "form:iban": "has the form of an IBAN",
    "form:vat_id": "has the form of a VAT id",
    "mark": "is the mark beside the sums",
    "country": "is the money of the country",
    "language": "is the usual money where the language is spoken",
    "payment_terms": "follows from the terms of payment",
    "sentence:pay_until": "is named as the last day to pay",
    "sentence:direct_debit": "is named as the day of the debit",
    "total_nothing_paid": "is the total, as no payment is printed",
    "sum_of_taxes": "adds up the taxes by rate",
}
RULED = 2.0

PHRASES: dict[str, tuple[float, str]] = {
    "several_rules": (1.0, "is found in several ways"),
    "legal_form": (1.2, "has the legal form of a company"),
    "trade": (0.9, "names a trade"),
    "large": (0.8, "is printed large"),
    "separators": (0.6, "looks like a number of a document"),
    "head": (0.4, "stands at the top of the page"),
    "foot": (0.2, "stands at the foot of the page"),
    "blur": (0.0, "is hard to read"),
}
"""What a feature says, and what that is worth where no learned weight says more."""

BLURRED = 0.25
NUMBERS = frozenset({"invoice_number", "purchase_order", "customer_number", "payment_reference"})


def why(name: str, chosen: Candidate) -> Why | None:
    """Reasons and rivals of a chosen value; ``None`` where nothing can be said."""
    decision = chosen.decision or Decision(rivals=(chosen,))
    found = sorted(_phrases(name, chosen, decision), key=lambda item: -item[0])
    phrases = dict.fromkeys([*decision.reasons, *(phrase for _, phrase in found)])
    reasons = tuple(list(phrases)[:MOST_REASONS])
    considered = _considered(name, decision)
    return Why(reasons=reasons, considered=considered, repair=decision.repair) if reasons or considered else None


def _phrases(name: str, chosen: Candidate, decision: Decision) -> Iterator[tuple[float, str]]:
    place: Place | None = chosen.place
    label = _label(chosen, place) if place is not None else None
    if label is not None:
        yield LABELLED, f"{RELATIONS[label.relation]} “{printable(label.text, LABEL_SHOWN)}”"
    if chosen.rule in RULES:
        yield RULED, RULES[chosen.rule]
    weights: Mapping[str, float] = model.choice(decision.task or name).weights
    for feature, value in decision.features.items():
        if feature == "repeated":
            yield 0.7 * value, "is printed twice" if value < 0.5 else "is printed again and again"
        elif feature in PHRASES and not (feature == "separators" and name not in NUMBERS):
            if feature == "blur" and value < BLURRED:
                continue
            worth, phrase = PHRASES[feature]
            yield worth + max(0.0, weights.get(feature, 0.0) * value), phrase
    if decision.features and len(decision.rivals) == 1:
        yield 0.3, "is the only value found"


def _label(chosen: Candidate, place: Place) -> Label | None:
    """The label that the rule names, where it stands beside the value."""
    kind = chosen.rule.partition(":")[0]
    if kind != "label":
        return None
    found = (governing(place, section) for section in ("fields", "amounts"))
    return next((label for label in found if label is not None), None)


def _considered(name: str, decision: Decision) -> tuple[Considered, ...]:
    shares = model.shares(decision.task or name, [rival.score for rival in decision.rivals])
    return tuple(
        Considered(
            raw=printable(rival.raw),
            value=printable(str(rival.value)),
            share=round(share, 3),
            rule=rival.rule,
            page=rival.place.page if rival.place else None,
            box=rival.place.box if rival.place else None,
        )
        for rival, share in zip(decision.rivals[:MOST_CONSIDERED], shares, strict=False)
    )


def printable(text: str, longest: int = SHOWN) -> str:
    """On one line, without control and direction characters, and short."""
    if len(text) <= longest and text.isprintable():
        return text
    cut = text[: 4 * longest]
    plain = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in cut)
    plain = " ".join(plain.split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"
