"""The companies and bills of the samples, all invented.

Check digits are right; banks, domains and telephone numbers are such as nobody can have.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from training.generator.bill import Bill, Line
from training.generator.contracts import Contract, clauses
from training.generator.identities import Party

JOINERY = Party(
    name="Harbour & Finch Joinery Ltd",
    brand="Harbour & Finch",
    bank="Northborough Bank",
    person="Nell Harbour",
    street="14 Slipway Lane",
    place="Leeds LS11 9AX",
    postcode="LS11 9AX",
    city="Leeds",
    country="GB",
    vat_id="GB901427711",
    phone="0113 496 0142",
    email="accounts@harbourfinch.example",
    iban="GB23NORB99004231774520",
    bic="NORBGB2LXXX",
)
GALLERIES = Party(
    name="Copperfield Galleries Ltd",
    street="3 Tannery Court",
    place="York YO1 7XX",
    postcode="YO1 7XX",
    city="York",
    country="GB",
    vat_id="GB902681535",
)
OFFICE_SUPPLIER = Party(
    name="Morgenrot Bürobedarf GmbH",
    brand="Morgenrot",
    bank="Bank am Morgen",
    person="Ruth Amsel",
    street="Speicherstraße 27",
    place="44135 Dortmund",
    postcode="44135",
    city="Dortmund",
    country="DE",
    vat_id="DE900172636",
    phone="030 23125 418",
    email="rechnung@morgenrot.example",
    iban="DE05990100100004471203",
    bic="MGRTDEDDXXX",
)
STUDIO = Party(
    name="Planungsbüro Lindenhof GmbH",
    street="Am Alten Gaswerk 5",
    place="04177 Leipzig",
    postcode="04177",
    city="Leipzig",
    country="DE",
    vat_id="DE900264187",
)
BOOKBINDER = Party(
    name="Atelier Boisclair SARL",
    brand="Atelier Boisclair",
    bank="Crédit Fictif de Lyon",
    person="Luc Boisclair",
    street="8 rue des Papetiers",
    place="69005 Lyon",
    postcode="69005",
    city="Lyon",
    country="FR",
    vat_id="FR14990004731",
    phone="04 65 71 12 34",
    email="compta@boisclair.example",
    iban="FR7699007990010471522031884",
    bic="BSCLFRPPXXX",
)
BOOKSHOP = Party(
    name="Librairie des Deux Ponts SAS",
    street="21 quai des Tilleuls",
    place="38000 Grenoble",
    postcode="38000",
    city="Grenoble",
    country="FR",
    vat_id="FR82990018269",
)
BICYCLE_MAKER = Party(
    name="Velora Fahrradtechnik GmbH",
    brand="Velora",
    bank="Velorabank",
    person="Jan Velten",
    street="Hafenallee 112",
    place="28237 Bremen",
    postcode="28237",
    city="Bremen",
    country="DE",
    vat_id="DE900358715",
    phone="030 23125 907",
    email="buchhaltung@velora.example",
    iban="DE13990200200008860154",
    bic="VLRADEBBXXX",
)
COURIERS = Party(
    name="Kurierkollektiv Nordstern eG",
    street="Bahnhofsgang 9",
    place="23552 Lübeck",
    postcode="23552",
    city="Lübeck",
    country="DE",
)

NOBODY = Party(name="")


def _line(code: str, description: str, quantity: str, unit: str, unit_price: str, tax_rate: str = "19") -> Line:
    return Line(
        code=code,
        description=description,
        quantity=Decimal(quantity),
        unit=unit,
        unit_price=Decimal(unit_price),
        tax_rate=Decimal(tax_rate),
    )


ENGLISH_INVOICE = Bill(
    kind="invoice",
    number="HF-20417",
    issued=date(2026, 3, 18),
    due=date(2026, 4, 17),
    days=30,
    currency="GBP",
    seller=JOINERY,
    buyer=GALLERIES,
    facts={"purchase_order": "PO-7731"},
    lines=(
        _line("DC-140", "Display cabinet, oak, glazed front", "2", "pcs", "1480.00", "20"),
        _line("SH-032", "Adjustable shelf, 900 mm", "12", "pcs", "46.50", "20"),
        _line("LB-001", "Fitting on site", "7.5", "hours", "52.00", "20"),
        _line("TR-010", "Delivery to York", "1", "trip", "95.00", "20"),
    ),
)

GERMAN_INVOICE = Bill(
    kind="invoice",
    number="RE-2026-00583",
    issued=date(2026, 2, 27),
    due=date(2026, 3, 29),
    days=30,
    currency="EUR",
    seller=OFFICE_SUPPLIER,
    buyer=STUDIO,
    facts={"purchase_order": "B-26-0119"},
    lines=(
        _line("10412", "Kopierpapier A4, 80 g, weiß, 500 Blatt", "60", "Pack", "4.15"),
        _line("10418", "Kopierpapier A3, 80 g, weiß, 500 Blatt", "20", "Pack", "9.35"),
        _line("10530", "Transparentpapier A2, 90 g, Rolle 20 m", "6", "Rolle", "23.80"),
        _line("11204", "Ordner breit, 80 mm, grün", "40", "Stück", "2.95"),
        _line("11207", "Ordner schmal, 50 mm, grün", "25", "Stück", "2.75"),
        _line("11390", "Trennblätter gelocht, 100 Stück", "15", "Pack", "1.85"),
        _line("12001", "Kugelschreiber blau, Großraummine", "100", "Stück", "0.62"),
        _line("12044", "Fineliner 0,4 mm, schwarz", "50", "Stück", "1.19"),
        _line("12045", "Fineliner 0,4 mm, rot", "30", "Stück", "1.19"),
        _line("12110", "Druckbleistift 0,5 mm", "24", "Stück", "3.40"),
        _line("12118", "Feinminen 0,5 mm, HB, 12 Stück", "36", "Dose", "0.98"),
        _line("12502", "Textmarker, 4 Farben sortiert", "18", "Etui", "3.25"),
        _line("13017", "Haftnotizen 76 x 76 mm, gelb", "72", "Block", "0.89"),
        _line("13110", "Notizbuch A5, kariert, 192 Seiten", "15", "Stück", "6.90"),
        _line("14005", "Klebeband 19 mm x 33 m", "48", "Rolle", "1.05"),
        _line("14230", "Schneidematte A2, selbstheilend", "4", "Stück", "21.50"),
        _line("14233", "Ersatzklingen 9 mm, 10 Stück", "12", "Dose", "2.60"),
        _line("15001", "Versandtasche C4, Haftklebung, 250 Stück", "4", "Karton", "27.90"),
        _line("15340", "Versandrohr 750 mm, Durchmesser 80 mm", "30", "Stück", "2.10"),
        _line("16102", "Toner schwarz, 6.000 Seiten", "3", "Stück", "84.00"),
        _line("16103", "Toner cyan, 4.000 Seiten", "2", "Stück", "97.50"),
        _line("17020", "Plotterpapier 914 mm x 50 m, 90 g", "8", "Rolle", "18.75"),
        _line("18200", "Steckdosenleiste 6-fach, mit Schalter", "10", "Stück", "13.20"),
        _line("19010", "Fachbuch: Baurecht für die Praxis", "3", "Stück", "46.73", "7"),
        _line("19022", "Fachbuch: Holzbau in Zahlen", "2", "Stück", "38.32", "7"),
        _line("19500", "Kaffee, ganze Bohne, 1 kg", "12", "Beutel", "14.02", "7"),
        _line("99001", "Versand und Verpackung", "1", "pauschal", "24.50"),
    ),
)

FRENCH_INVOICE = Bill(
    kind="invoice",
    number="F2026-0318",
    issued=date(2026, 4, 9),
    due=date(2026, 5, 24),
    days=45,
    currency="EUR",
    seller=BOOKBINDER,
    buyer=BOOKSHOP,
    lines=(
        _line("", "Reliure demi-cuir, format in-octavo", "14", "pièce", "86.00", "20"),
        _line("", "Étui cartonné sur mesure", "14", "pièce", "22.40", "20"),
        _line("", "Dorure au fer, dos et plat", "6", "pièce", "35.00", "20"),
        _line("", "Papier marbré fait main, feuille 50 x 70", "10", "feuille", "12.80", "20"),
    ),
)

FACTURX_INVOICE = Bill(
    kind="invoice",
    number="VR-10266",
    issued=date(2026, 5, 6),
    due=date(2026, 5, 20),
    days=14,
    currency="EUR",
    seller=BICYCLE_MAKER,
    buyer=COURIERS,
    facts={"purchase_order": "NS-448"},
    lines=(
        _line("W-201", "Lastenrad-Wartung, große Inspektion", "3", "Stück", "129.00"),
        _line("T-077", "Bremsbelag, Paar", "8", "Stück", "17.90"),
        _line("T-115", "Kette, verstärkt, 144 Glieder", "3", "Stück", "38.50"),
        _line("A-003", "Arbeitszeit Sonderumbau", "4.25", "Std", "68.00"),
    ),
)

SCANNED_RECEIPT = Bill(
    kind="receipt",
    number="004518",
    issued=date(2026, 4, 22),
    time="08:47",
    currency="EUR",
    seller=Party(
        name="Feinbäckerei Sonnenkorn",
        brand="Feinbäckerei Sonnenkorn",
        street="Marktgasse 4",
        place="99084 Erfurt",
        country="DE",
        vat_id="DE900482650",
        phone="030 23125 066",
    ),
    buyer=NOBODY,
    gross_prices=True,
    method="cash",
    lines=(
        _line("", "Roggenbrot 1000 g", "1", "", "5.40", "7"),
        _line("", "Brötchen", "6", "", "0.55", "7"),
        _line("", "Mohnschnecke", "1", "", "2.60", "7"),
        _line("", "Pflaumenkuchen", "2", "", "3.40", "7"),
    ),
    facts={"cashier": "Ida", "till": "2"},
)

PHOTOGRAPHED_RECEIPT = Bill(
    kind="receipt",
    number="30871",
    issued=date(2026, 3, 14),
    time="12:31",
    currency="USD",
    seller=Party(
        name="Bluebird Canyon Diner",
        brand="Bluebird Canyon Diner",
        street="2210 Juniper Road",
        place="Santa Fe, NM 87505",
        country="US",
        phone="505-555-0148",
    ),
    buyer=NOBODY,
    method="card",
    lines=(
        _line("", "Green chile omelette", "1", "", "13.50", "8"),
        _line("", "Buttermilk pancakes", "1", "", "9.75", "8"),
        _line("", "Fresh orange juice", "1", "", "5.25", "8"),
        _line("", "Coffee, refill", "1", "", "3.50", "8"),
    ),
    facts={"cashier": "Jo", "till": "1", "table": "7"},
)

TEXT_NOTE = Bill(
    kind="invoice",
    number="KP-3092",
    issued=date(2026, 6, 22),
    due=date(2026, 7, 22),
    days=30,
    currency="EUR",
    seller=Party(name="Kestrel Printworks", country="IE"),
    buyer=Party(name="Ashgrove Theatre", country="IE"),
    lines=(_line("", "Programmes", "1", "", "640.00", "23"),),
)

TABLE_INVOICE = Bill(
    kind="invoice",
    number="4711-26",
    issued=date(2026, 5, 12),
    due=date(2026, 6, 11),
    days=30,
    currency="EUR",
    gross_prices=True,
    seller=Party(name="Gärtnerei Wiesengrund", country="DE"),
    buyer=Party(name="Hotel Seeblick", country="DE"),
    lines=(
        _line("", "Geranien im Topf, rot", "48", "", "2.85", "7"),
        _line("", "Buchsbaum, 60 cm; Kugelform", "6", "", "34.90", "7"),
        _line("", "Blumenerde, Sack 40 l", "12.5", "", "7.20", "7"),
        _line("", 'Kübel "Toskana", 50 cm', "4", "", "59.00", "7"),
    ),
)

CONTRACT = Contract(
    title="Maintenance and Support Agreement",
    roles=("Customer", "Contractor"),
    parties=(
        Party(name="Silverbrook Observatory Trust", street="2 Dome Road", place="Inverness IV2 7XX", city="Inverness"),
        Party(name="Tamarind Optical Works Ltd", street="41 Lens Street", place="Dundee DD1 5XX", city="Dundee"),
    ),
    signed=date(2026, 5, 1),
    expires=date(2029, 4, 30),
    notice_days=90,
    law="Scotland",
    fee="£18,400",
    clauses=tuple(clauses()),
)
