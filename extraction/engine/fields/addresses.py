"""What a line of an address looks like: street, postal code with town, legal form, phone, e-mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

from babel import Locale

from extraction.engine.languages import LANGUAGES

# Forms that are ordinary words or syllables in lower case count only as printed.
_SHORT_LEGAL = re.compile(
    r"(?<![\w.])(?:AG|KG|UG|SE|SA|AS|AB|HB|NV|BV|SAS|SNC|SCI|SL|eG|OHG|GbR|SpA|Srl|SRL|PLC|LLC|LLP|Oy|Oyj)(?!\w)"
)
_BUSINESS = re.compile(
    r"(?<!\w)(?:trading|enterprise|holdings?|group|store|shop|mart|market|supermarket|hypermarket|restaurant|cafe|café|coffee|"
    r"bakery|hardware|stationery|pharmacy|clinic|hotel|(?<!self )(?<!self-)services?|"
    r"solutions|consulting|industries|foods?|pizza|bar|grill|kitchen|"
    r"markt|apotheke|bäckerei|metzgerei|gasthof|gasthaus|handel|verlag|werkstatt|praxis|kanzlei|"
    r"boulangerie|pharmacie|boutique|brasserie|supermarché|ristorante|trattoria|pizzeria|panificio|farmacia|supermercato|"
    r"restaurante|supermercado|tienda|panadería|mercado|padaria|farmácia|loja|supermarkt|winkel|bakkerij|apotheek|"
    r"[^\W\d_]{3,20}(?:ería|erie|erei|eria|àrias?|ário)|"
    r"sklep|restauracja|apteka|piekarnia|lékárna|restaurace|pekárna|restaurang|apotek|bageri|butik|købmand|market|eczane|lokanta|mağaza\w*)(?!\w)",
    re.IGNORECASE,
)
_LONG_LEGAL = re.compile(
    r"(?<![\w.])(?:GmbH|mbH|KGaA|e\.\s?V\.|e\.\s?K\.|Ltd|Limited|L\.L\.C|Inc|Incorporated|Corp|Corporation|Company|Pty|Pte|Pvt|"
    r"S\.?\s?de\s?R\.?\s?L|S\.?\s?A\.?\s?de\s?C\.?\s?V|de\s?C\.?\s?V|E\.?I\.?R\.?L|EIRELI|Ges\.\s?m\.\s?b\.\s?H|e\.\s?U|"
    r"PLLC|P\.C|K\.K|d\.o\.o|v\.o\.s|I/S|K/S|P/S|VOF|SARL|S\.A\.R\.L|EURL|SASU|SELARL|S\.A\.S|S\.A\.|S\.p\.A|S\.r\.l|S\.n\.c|S\.a\.s|S\.L\.U?|Lda|Ltda|Unipessoal|S/A|B\.V|BVBA|N\.V|V\.O\.F|"
    r"Sp\.?\s?z\s?o\.?\s?o|Sp\.\s?[jk]|S\.C\.P?|C\.B|S\.?\s?Coop|Soc\.\s?Coop|s\.\s?r\.\s?o|spol\.|a\.\s?s|A/S|ApS|A\.Ş|Şti|Sdn\.?\s?Bhd|Bhd|Berhad|S/B|Kft|Zrt)(?!\w)\.?",
    re.IGNORECASE,
)

_POSTAL_FORMS = (
    r"(?<![\w.,/-])(?:[A-Z]{1,3}[\s-]{1,2})?\d{4,5}\s{1,3}[^\W\d_][^\d]{1,60}",  # 80333 München, D-63571 ..
    r"^(?:[A-Z]{1,2}[\s-]{1,2})?\d{5}[A-ZÄÖÜ][a-zäöüß]{3,30}$",  # 88802Spielkreis: a lost space
    r"[^\W\d_]{3,}[.,\s]{1,3}[A-Z]{2}\.?,?\s{1,2}\d{5}(?:-\d{4})?(?!\d)",  # Seattle, WA 98109-5210
    r"[^\W\d_]{3,},\s(?:[A-Z][a-z]{3,}\s){1,2}\d{5}(?:-\d{4})?(?!\d)",  # Boston, Massachusetts 02109
    r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}(?!\w)",  # SW1A 1AA
    r"(?<!\w)[A-Z]\d[A-Z]\s?\d[A-Z]\d(?!\w)",  # K1A 0B1
    r"(?<!\w)[AC-FHKNPRTV-Y]\d[\dW]\s(?=\w?[A-Z])[0-9AC-FHKNPRTV-Y]{4}(?!\w)",  # D02 X285
    r"(?<!\d)\d{4}\s?[A-Z]{2}\s{1,2}[^\W\d_]{2,}",  # 1017 CE Amsterdam
    r"(?<!\d)\d{2}-\d{3}\s{1,2}[^\W\d_]{2,}",  # 00-950 Warszawa
    r"(?<![\d-])\d{3}\s\d{2}\s{1,2}[^\W\d_]{2,}",  # 111 22 Stockholm
    r"(?<!\d)\d{4}-\d{3}\s{1,2}[^\W\d_]{2,}",  # 1000-001 Lisboa
    r"(?<!\d)\d{5}-\d{3}(?!\d)",  # 01310-100
    r"[^\W\d_]{3,}(?<![Cc]ode)(?<!CODE)[\s,-]{1,3}\d{6}(?!\d)",  # Bengaluru 560001
    r"(?<!\d)\d{5}[,\s]{1,2}[^\W\d_]{3,}",  # 47100 PUCHONG
    r"[^\W\d_]{3,}[,\s]{1,2}(?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT)\s{1,2}\d{4}(?!\d)",
    r"(?<!\w)[AC-FHKNPRTV-Y]\d[\dW]\s?[AC-FHKNPRTV-Y][0-9AC-FHKNPRTV-Y]{3}(?!\w)",  # D02 X285
    r"(?<!\w)C\.?\s?P\.?\s?\d{5}(?!\d)",  # C.P. 64000
    r"(?<!\w)[A-HJ-NP-Z]\d{4}(?:[A-Z]{3})?\s{1,2}[^\W\d_]{3,}",  # S3000 Santa Fe, C1043AAZ Buenos Aires
    r"[^\W\d_]{3,}[\s,]{1,2}〒?\d{3}-\d{4}(?![\d-])",  # Fukuoka 810-0001
    r"^[^\W\d_][^\d]{3,60},\s\d{4}$|[^\d,]{4,40},\s[^\W\d_][^\d,]{3,30},\s\d{4}$",  # Graaff-Reinet, 6280
)
_POSTAL = re.compile("|".join(_POSTAL_FORMS))
_STREET_WORDS = re.compile(
    r"(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|chaussee)(?![^\W\d_])|"
    r"(?<!\w)(?:rue|avenue|av\.?|ave\.?|boulevard|blvd\.?|bd\.?|chemin|route|impasse|allée|place|quai|cours|"
    r"street|st\.?|road|rd\.?|drive|dr\.?|lane|ln\.?|way|court|ct\.?|square|highway|hwy\.?|parkway|suite|floor|unit|"
    r"p\.?o\.? box|flat|plot|apt\.?|office|warehouse|building|survey no\.?|crescent|esplanade|close|wharf|"
    r"postfach|postbus|postboks|posbus|box|rod\.?|rodovia|pol\. ind\.|"
    r"via|viale|piazza|corso|largo|strada|vicolo|calle|c/|avda\.?|avenida|paseo|plaza|carrer|carretera|"
    r"rua|travessa|praça|estrada|praceta|alameda|ul\.|ulica|al\.|aleja|os\.|plac|ulice|nám\.|náměstí|třída|"
    r"cad\.?|caddesi|sok\.?|sokak|mah\.?|mahallesi|bulvarı|blv\.|no\.?\s?:?\s?\d|jalan|jln\.?|lot|lorong|taman|kampung)(?!\w)|"
    r"(?:straat|laan|plein|gracht|kade|dijk|singel|gatan|vägen|vej|gade|allé|torg|plads|veien|gata)(?![^\W\d_])",
    re.IGNORECASE,
)
_STREET_FIRST = re.compile(
    r"(?:rue|avenue|chemin|impasse|quai|via|viale|piazza|corso|calle|avda\.?|avenida|paseo|carrer|rua|travessa|praça|"
    r"ul\.|ulica|aleja|náměstí|jalan|jln\.?|lorong)\s",
    re.IGNORECASE,
)
_ENDS_WITH_NUMBER = re.compile(r"^[^\W\d_][^\d]{3,50}\s\d{1,4}\s?[a-zA-Z]?(?:[-/]\d{1,4}\s?[a-zA-Z]?)?,?$")
_STARTS_WITH_NUMBER = re.compile(r"^\d{1,5}[A-Za-z]?(?:[-/]\d{1,4})?,?\s[^\W\d_][^\d]{3,60}$")
_PHONE = re.compile(
    r"(?<![\w/])(?:(?:\+|00)?\(?\d{1,4}\)?(?:[\s./()-]{1,3}\d{2,5}){2,5}|0\d{2,5}[\s/-]{1,2}\d{5,8})(?!\w)"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@(?P<domain>[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})")
_URL = re.compile(
    r"(?<![\w@.])(?:https?://)?(?:www\.)(?P<domain>[\w-]{2,63}(?:\.[\w-]{2,63}){1,3})|https?://(?P<plain>[\w-]{2,63}(?:\.[\w-]{2,63}){1,3})",
    re.IGNORECASE,
)
_RUN = re.compile(r"[^\W\d_]{3}|[^\W\d_]{2}\W{1,3}[^\W\d_]|[^\W\d_]\W{1,2}[^\W\d_]\W{1,2}[^\W\d_]")
_DIGIT = re.compile(r"\d")
_SEPARATOR = re.compile(r"\s*[|·•●∙■*\u2022\u00b7]\s*|\s+[-–—]\s+|,\s+|\s{2,}|\s*\u25cf\s*")


LONGEST_LINE = 160
LINES = 512
"""About as many as the pages of a document have on which names and addresses are looked for."""


def _once(judge: Callable[[str], bool]) -> Callable[[str], bool]:
    """Many fields ask the same about a line: ``judge`` answers once. Of longer texts nothing is kept."""
    known = lru_cache(maxsize=LINES)(judge)
    return lambda text: known(text) if len(text) <= LONGEST_LINE else judge(text)


@_once
def has_legal_form(text: str) -> bool:
    return bool(_LONG_LEGAL.search(text) or _SHORT_LEGAL.search(text))


def is_legal_form(text: str) -> bool:
    """Nothing but a legal form: ``Lda``."""
    return any(match.end() == len(text) for form in (_LONG_LEGAL, _SHORT_LEGAL) if (match := form.match(text)))


def ends_with_legal_form(text: str) -> bool:
    ends = [match.end() for form in (_LONG_LEGAL, _SHORT_LEGAL) for match in form.finditer(text)]
    return bool(ends) and max(ends) == len(text)


def is_business(text: str) -> bool:
    """Names a trade: shop, restaurant, pharmacy ..."""
    return bool(_BUSINESS.search(text))


def names_business(text: str) -> bool:
    """A trade with a name beside it: not only ``Bar - Brasserie`` or ``Store #12``."""
    return is_business(text) and letters(_BUSINESS.sub("", text)) >= 2


@cache
def _territories() -> dict[str, str]:
    """Names of countries in all languages, folded → ISO 3166 code."""
    names = {"uk": "GB", "usa": "US", "u.s.a.": "US", "holland": "NL", "england": "GB", "scotland": "GB", "wales": "GB"}
    names["hong kong"] = "HK"
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(name.casefold(), code)
    return names


def territory(text: str) -> str | None:
    return _territories().get(text.strip().casefold())


def is_country(text: str) -> bool:
    return all(territory(part) for part in text.split("/"))


@_once
def is_postal(text: str) -> bool:
    """A postal code with its town."""
    return len(text) <= 120 and bool(_DIGIT.search(text) and _POSTAL.search(text))


def begins_as_street(text: str) -> bool:
    """Begins with the word for a street, where that stands first."""
    return bool(_STREET_FIRST.match(text))


@_once
def has_street_word(text: str) -> bool:
    return any(map(str.isdigit, text)) and bool(_STREET_WORDS.search(text))


@_once
def is_street(text: str) -> bool:
    if len(text) > 100 or not any(map(str.isdigit, text)):
        return False
    return bool(_ENDS_WITH_NUMBER.match(text) or _STARTS_WITH_NUMBER.match(text) or _STREET_WORDS.search(text))


def is_phone(text: str) -> bool:
    return bool(_PHONE.search(text))


def domains(text: str) -> list[str]:
    """Domains of e-mail addresses and websites in ``text``, lower case."""
    if "." not in text:
        return []
    found = [match["domain"] for match in _EMAIL.finditer(text)] if "@" in text else []
    found += [match["domain"] or match["plain"] for match in _URL.finditer(text)]
    return [domain.lower() for domain in found]


@_once
def is_contact(text: str) -> bool:
    return bool(("@" in text and _EMAIL.search(text)) or _URL.search(text) or is_phone(text))


def letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def is_noise(text: str) -> bool:
    """What OCR makes of patterns: hardly a run of letters, or the same few signs again and again."""
    packed = text.replace(" ", "")
    return not _RUN.search(text) or (len(packed) > 12 and len(set(packed)) < 0.3 * len(packed))


def sender_line(text: str) -> list[str] | None:
    """The parts of ``Name · Street 1 · 12345 Town`` on one line (at least name, street and town), else ``None``."""
    if len(text) > LONGEST_LINE:
        text = text[:LONGEST_LINE].partition(". ")[0]  # of a footer the first sentence
    if len(text) == LONGEST_LINE or not any(map(str.isdigit, text)):
        return None
    parts = [part.strip(" ,-|") for part in _SEPARATOR.split(text)]
    parts = [part for part in parts if part]
    if len(parts) < 3 or letters(parts[0]) < 2:
        return None
    if not is_postal(" ".join(parts[1:])) and not (is_street(parts[1]) and any(map(is_country, parts[2:4]))):
        return None
    if is_postal(parts[0]) or is_street(parts[0]) or ":" in parts[0]:
        return None
    return parts if any(is_street(part) or is_postal(part) for part in parts[1:]) else None


_MISREAD_FORMS = (
    (re.compile(r"(?<=[A-Z]{3})SDN(?=\.?\s?BHD)"), " SDN"),
    (re.compile(r"(?<!\w)[S5][A-Z0-9]{1,2}N?(\.?)\s?(?=B[HIU]D\b)", re.IGNORECASE), r"SDN\1 "),
    (re.compile(r"(?<!\w)SDN(\.?)\s?B[A-Z]D(?!\w)"), r"SDN\1 BHD"),
    (re.compile(r"(?<!\w)[S5]/[B8D](?=\W{0,2}$)"), "S/B"),
    (re.compile(r"(?<!\w)G(?:m|rn|n)b[HI][l1I]?(?!\w)"), "GmbH"),
    (re.compile(r"(?<!\w)L[tT1]d(?!\w)"), "Ltd"),
)


_STRAY = re.compile(r"[^\w&+(]{1,3}[^\W\d_]{1,2}\W?")


def mend_legal_form(text: str) -> str:
    """Legal forms that OCR misread or glued, as they are written: there are few of them, and they are known.

    A letter or two behind one, such as a pen leaves on paper, go.
    """
    for pattern, form in _MISREAD_FORMS:
        text = pattern.sub(form, text)
    ends = [match.end() for form in (_LONG_LEGAL, _SHORT_LEGAL) for match in form.finditer(text)]
    return text[: max(ends)] if ends and _STRAY.fullmatch(text, max(ends)) else text
