"""When a contract was made, and when it takes effect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from extraction.engine.extractors.contract.flow import HEAD, Flow, Found, heaviest
from extraction.engine.extractors.contract.lengths import Day

NEAR, SENTENCE, BEHIND = 120, 300, 45
"""Characters before a date that say what it is, those in which the contract may speak of itself, and those behind."""

OTHER_DATES = "".join(
    rf"(?<!\b{word}\s)"
    for word in ("end", "start", "expiry", "expiration", "termination", "commencement", "due", "delivery")
)
MADE = (
    (r"(?:\b(?:made|entered(?:\s+into)?|executed|concluded|signed)\b|@made)(?:(?!:\n)[^.;§]){0,60}$", 2.0),
    (rf"(?:\bdated\b|{OTHER_DATES}\bdate\b|@dated)\s*:?(?:\s*(?:as\s+of|this|the|on|effective))*\s*$", 1.5),
    (r"\b(?:as\s+of|effective(?:\s+(?:as\s+of|on))?|on\s+this|this)\s*(?:the\s+)?$", 1.2),
)
"""What stands before the date of a contract, and how much it says."""

MADE_BEHIND = r"^(?:(?!@also)[^.;:,\d]){0,30}@made|^[^.;:\d]{0,40}\b(?:is|was)\s+(?:made|entered\s+into)\b"
BEHIND_WEIGHT = 1.8
"""The verb comes last: "am 4. Mai 2020 geschlossen", "tarihinde imzalanmıştır"."""

MADE_FAR = re.compile(
    r"\b(?:made|entered\s+into|executed)\b[^;]{0,250}\bbetween\b[^;]{0,250}\b(?-i:on|as\s+of)\s*(?:this\s+)?$",
    re.IGNORECASE,
)
"""The parties stand between "entered into" and the date."""

BESIDE_TITLE, LETTER_HEAD, TITLE_WEIGHT = 60, 1_000, 1.0
"""A bare date so many characters from the end of the title, or alone on a line at the top, is the contract's, too."""

ITSELF = (
    r"[\"“”(]\s*(?:the\s+|this\s+)?[\"“]?(?:agreement|contract|amendment|addendum)\b"
    r"|\bthis\s+[\w\s,&-]{0,80}?(?:agreement|contract|amendment|addendum|lease|deed|@nouns)\b"
)
ANOTHER = (
    r"(?:\b(?:that\s+certain|pursuant\s+to|to\s+(?:the|that)|under\s+(?:the|that)|amended)\b[^.;]{0,80}"
    r"|\b(?:document|report|letter|proposal|order|plan|memorandum\s+of\s+understanding)\s+dated\s*)$"
)
"""The date belongs to another contract or document that this one mentions."""

STARTS_INSTEAD, EFFECTIVE = 0.6, 2.0
"""What it costs a date that it is called effective, and not plainly the day on which the contract is made."""

SIGNED = rf"(?:\bdated|{OTHER_DATES}\bdate)\s*:\s*(?:_+\s*)?$|@dated\s*:?\s*$"
PLACE = re.compile(r"(?:^|\n|\s\s)[^\W\d_][\w .'’()-]{1,40},\s*(?:den|le|lì|li|a|dne|dnia|den|d\.|el|em|the)?\s*$")
SIGNATURE_BLOCK = 6_000
CLOSING, MAX_CLOSINGS = re.compile(r"\bIN\s+WITNESS\s+WHEREOF\b", re.IGNORECASE), 3
SIGNATURE_WEIGHT = {"place": 0.4, "dated": 0.1}
"""A date beside signatures, with or without a place ("Berlin, 4 May 2020"), weighs less than any other."""

DEFINES_START = re.compile(
    r"[^.;()\d]{0,30}\(?[^.;()\d]{0,30}[\"“'‘]?(?:the\s+)?[\"“]?(?:Effective|Commencement|Start)\s+Date", re.IGNORECASE
)
STARTS = (
    (r"\b(?:effective|commencement|start)\s+date[\"”']?\s+(?:means|shall\s+mean)\b[^;\n]{0,80}$", 2.4),
    (r"\b(?:effective|commencement|start)\s+date\b[^.;\d]{0,60}$", 2.2),
    (r"\beffective\s*(?:as\s+of|on|from|date)?\s*(?:this|the)?\s*:?\s*$", 2.0),
    (
        r"(?:\b(?:take\s+effect|takes\s+effect|(?:enter|come)s?\s+into\s+(?:force|effect)|effective)\b|@starts)[^.;]{0,50}$",
        1.6,
    ),
    (
        r"\b(?:agreement|contract|term|lease|license|licence|employment|period|engagement|services)\b[^.;]{0,80}"
        r"\b(?<!year\s)(?<!month\s)(?<!quarter\s)(?:commenc\w+|begin\w*|start\w*)\b[^.;]{0,50}$",
        1.5,
    ),
    (r"\b(?:agreement|contract|term|lease|period)\b[^.;]{0,80}\b(?:run|runs|extend|extends|be|is)\s+from\s+$", 1.5),
)
"""What stands before the date on which a contract takes effect, and how much it says."""

STARTS_BEHIND = r"^(?:(?!@also)[^.;:,\d]){0,30}@starts"
DEFINED_BEHIND = re.compile(r"^[^.;:\d]{0,30}\b(?:effective|commencement|start)\s+date\b", re.IGNORECASE)

ENDS_BEFORE = r"(?:\b(?:expir\w+|terminat\w+|end(?:s|ing)?|until|through)\b|@ends)[^.;]{0,25}$"
"""The date is the last one, whatever stands further away."""

FROM_SIGNING = (
    r"\b(?:agreement|contract|term|lease|license|licence)\b[^.;]{0,80}\b(?:commenc\w+|begin\w*|effective|start\w*)\b[^.;]{0,60}"
    r"\b(?:date\s+(?:first\s+)?(?:above|written|set\s+forth)|date\s+hereof|first\s+(?:above|set)\b)"
    r"|\b(?:takes?\s+effect|becomes?\s+effective|(?:enter|come)s?\s+into\s+(?:force|effect))\b[^.;]{0,30}\b(?:signature|signing|execution)\b|@fromsigning"
)


BY_SIGNATURE = re.compile(
    r"\b(?:effective|entered\s+into|dated|made)\b[^;]{0,60}\b(?:date\s+(?:last\s+|first\s+)?"
    r"(?:written|noted|set\s+forth|indicated|signed|appearing)\s+below"
    r"|(?:last|latest|latter|later)\s+(?:date\s+)?(?:of\s+)?(?:the\s+)?(?:two\s+)?(?:part\w+\s+)?(?:to\s+)?(?:sign|execut)\w*"
    r"|date\s+of\s+(?:the\s+)?last\s+sign\w*)",
    re.IGNORECASE,
)
LAST_SIGNATURE = 1.7
"""The contract is effective when the last party has signed."""


def find_agreement_date(flow: Flow, body: int) -> Found | None:
    """The date that the contract bears. ``body``: where the text begins, after the title."""
    return heaviest([*_made(flow, body), *_signed(flow)])


def find_effective_date(flow: Flow, made: Found | None) -> Found | None:
    """The date on which it takes effect; ``made`` where the text says that this is its date."""
    return heaviest(_started(flow, made))


def _made(flow: Flow, body: int) -> Iterator[Found]:
    words, text = flow.words, flow.text
    for day in flow.days(0, HEAD):
        before, behind = _before(text, day, NEAR), text[day.end : day.end + BEHIND]
        sign = next((weight for pattern, weight in MADE if words.pattern(pattern).search(before)), 0.0)
        if words.pattern(MADE_BEHIND).search(behind):
            sign = max(sign, BEHIND_WEIGHT)
        if not sign and MADE_FAR.search(_before(text, day, SENTENCE)):
            sign = TITLE_WEIGHT
        if not sign and (abs(day.start - body) < BESIDE_TITLE or _is_letter_date(text, day)):
            sign = TITLE_WEIGHT
        itself = bool(words.pattern(ITSELF).search(_before(text, day, SENTENCE)))
        weight = sign + 0.8 * itself - 2.5 * bool(words.pattern(ANOTHER).search(before)) - day.start / 6_000
        starts = _starts(flow, before, behind)
        if 0 < starts < EFFECTIVE:
            continue
        if starts and sign < MADE[0][1]:
            weight -= STARTS_INSTEAD
        if sign and weight > 0:
            confidence = 0.9 if weight > 1.5 else 0.6
            yield Found(day.value, day.start, day.end, "clause:agreement_date", confidence, weight)


def _is_letter_date(text: str, day: Day) -> bool:
    """A date alone on a line at the top, as in a letter."""
    alone = text[: day.start][-1:] in ("", "\n") and text[day.end : day.end + 1] in ("", "\n")
    return alone and day.start < LETTER_HEAD


def _signed(flow: Flow) -> Iterator[Found]:
    """Dates beside signatures."""
    areas = [(max(0, len(flow.text) - SIGNATURE_BLOCK), len(flow.text))]
    areas += [(match.end(), match.end() + SIGNATURE_BLOCK // 2) for match in CLOSING.finditer(flow.text)][
        -MAX_CLOSINGS:
    ]
    for day in (day for area in areas for day in flow.days(*area)):
        before = _before(flow.text, day, 60)
        kind = "place" if PLACE.search(before) else "dated" if flow.words.pattern(SIGNED).search(before) else None
        if kind:
            yield Found(day.value, day.start, day.end, "signature_date", 0.5, SIGNATURE_WEIGHT[kind])


def _started(flow: Flow, made: Found | None) -> Iterator[Found]:
    text, words = flow.text, flow.words
    for day in flow.days(0, HEAD):
        before, behind, late = _before(text, day, NEAR), text[day.end : day.end + BEHIND], day.start / 8_000
        if DEFINES_START.match(text, day.end):
            yield Found(day.value, day.start, day.end, "definition:effective_date", 0.9, 3.0 - late)
        sign = _starts(flow, before, behind)
        if sign and not words.pattern(ANOTHER).search(before):
            yield Found(day.value, day.start, day.end, "clause:effective_date", 0.75, sign - late)
    if BY_SIGNATURE.search(text, 0, HEAD):
        signed = [found for found in _signed(flow) if isinstance(found.value, date)]
        if signed:
            yield max(signed, key=lambda found: str(found.value))._replace(weight=LAST_SIGNATURE, rule="last_signature")
    if made and isinstance(made.value, date) and words.pattern(FROM_SIGNING).search(text):
        yield Found(made.value, made.start, made.end, "date_first_above_written", 0.6, 0.5)


def _starts(flow: Flow, before: str, behind: str) -> float:
    """How much says that something starts on a date between these words."""
    words = flow.words
    if words.pattern(ENDS_BEFORE).search(before):
        return 0.0
    sign = next((weight for pattern, weight in STARTS if words.pattern(pattern).search(before)), 0.0)
    if DEFINED_BEHIND.search(behind):
        return max(sign, EFFECTIVE)
    return sign or (1.5 if words.pattern(STARTS_BEHIND).search(behind) else 0.0)


def _before(text: str, day: Day, reach: int) -> str:
    return text[max(0, day.start - reach) : day.start]
