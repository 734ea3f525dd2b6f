"""Contracts of our own, from the plain to the awkward, and hostile text that must not take long."""

from __future__ import annotations

from datetime import date

import pytest

from extraction.engine.classify import Classification
from extraction.engine.clauses import words_of
from extraction.engine.extractors import contract
from extraction.engine.extractors.contract.lengths import days_in, lengths_in
from extraction.engine.pipeline import parse
from extraction.engine.reading import Reading
from extraction.engine.values import Box, Options, Page, ParsedDocument, Source, Word

OPTIONS = Options(today=date(2026, 6, 1))
KIND = Classification(document_type="contract", confidence=0.95, reason="test")

LEASE = """Exhibit 10.4

OFFICE LEASE AGREEMENT

This Office Lease Agreement (the "Agreement") is made and entered into as of March 3, 2021 (the "Effective
Date"), by and between Harbour Point Properties, LLC, a Delaware limited liability company with its principal
office at 12 Quay Street, Boston and Salem ("Landlord"), and Brightfield Analytics, Inc., a Nevada corporation
("Tenant").

WHEREAS, Landlord owns the building;

1. Term. The initial term of this Agreement shall be three (3) years commencing on the Effective Date. Thereafter
it shall automatically renew for successive one (1) year terms unless either party gives written notice of its
intent not to renew at least sixty (60) days prior to the end of the then current term.

2. Confidentiality. Obligations survive for ten (10) years.

14. Governing Law. This Agreement shall be governed by and construed in accordance with the laws of the State of
New York, without regard to conflicts of law. Landlord is organized under the laws of Delaware.

IN WITNESS WHEREOF, the parties have executed this Agreement.
"""


def pages(text: str) -> tuple[Page, ...]:
    """Character cells, one page for each form feed."""
    found = []
    for number, sheet in enumerate(text.split("\f"), start=1):
        words = []
        for y, line in enumerate(sheet.split("\n")):
            x = 0
            for part in line.split(" "):
                if part:
                    words.append(Word(part, Box(x, y, x + len(part), y + 1)))
                x += len(part) + 1
        found.append(
            Page(number=number, width=120, height=max(1, len(sheet.split("\n"))), unit="char", words=tuple(words))
        )
    return tuple(found)


ENGLISH = words_of(frozenset({"en"}))


def read(text: str):
    return extract(ParsedDocument(media_type="text/plain", pages=pages(text)))


def extract(document: ParsedDocument):
    return contract.extract(Reading(document, today=OPTIONS.today), KIND, OPTIONS)


def values(text: str) -> dict:
    return {field.name: field.value for field in read(text).fields}


def test_a_plain_contract():
    assert values(LEASE) == {
        "document_title": "OFFICE LEASE AGREEMENT",
        "parties": ("Harbour Point Properties, LLC", "Brightfield Analytics, Inc."),
        "party_roles": ("Landlord", "Tenant"),
        "agreement_date": date(2021, 3, 3),
        "effective_date": date(2021, 3, 3),
        "expiration_date": "2024-03-03",
        "governing_law": "New York",
        "renewal_term": "successive 1 year",
        "notice_period": "60 days",
    }


def test_a_value_knows_where_it_stands():
    extraction = read(LEASE)

    title = extraction.field("document_title")
    assert (title.evidence.page, title.evidence.box) == (1, Box(0, 2, 22, 3))
    law = extraction.field("governing_law")
    assert (law.raw, law.evidence.page) == ("New York", 1)
    assert all(0 < field.confidence < 1 for field in extraction.fields)


def test_a_clause_may_go_on_over_a_page_break():
    text = LEASE.replace("laws of the State of\nNew York", "laws of the State of\n- 7 -\fAgreement 8\nNew York")

    law = read(text).field("governing_law")

    assert (law.value, law.evidence.page) == ("New York", 2)


def test_running_heads_do_not_cut_names():
    head = "Office Lease Agreement page {} of 4"
    sheets = LEASE.replace("Brightfield Analytics", "Brightfield\f" + head.format(3) + "\nAnalytics")
    text = "\f".join([head.format(1), head.format(2), sheets])

    assert "Brightfield Analytics, Inc." in values(text)["parties"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SUPPLY AGREEMENT\n\nThis Agreement is made today.", "SUPPLY AGREEMENT"),
        ("Exhibit 1\nAMENDMENT NO. 2 TO\nSUPPLY AGREEMENT\nThis Amendment is", "AMENDMENT NO. 2 TO SUPPLY AGREEMENT"),
        ("ACME CORP.\nSUPPLY AGREEMENT\nThis Supply Agreement (the", "SUPPLY AGREEMENT"),
        ("This Mutual Non-Disclosure Agreement (the \"Agreement\") is made", "Mutual Non-Disclosure Agreement"),
        ("EXHIBIT 2 HOSTING AGREEMENT This Agreement is made by the parties named below, all in one line.",
         "HOSTING AGREEMENT"),
        ("Form 7\nTERMS OF SALE AGREEMENT\nThis Reseller Agreement (\"Agreement\") is made", "Reseller Agreement"),
        ("MIETVERTRAG\n\nzwischen Erika Muster und Hans Beispiel", "MIETVERTRAG"),
        ("CONTRAT DE PRESTATION DE SERVICES\n\nEntre les soussignés", "CONTRAT DE PRESTATION DE SERVICES"),
        ("Minutes of the meeting\n\nNothing was agreed in this agreement.", None),
        ("", None),
    ],
)  # fmt: skip
def test_titles(text, expected):
    assert values(text).get("document_title") == expected


PREAMBLES = [
    ('between Anna Berg ("Author") and Nordlicht Verlag GmbH ("Publisher").', ("Anna Berg", "Nordlicht Verlag GmbH")),
    (
        'by and among A1 Logistics Ltd., a company organized under the laws of England ("A1"), Blue Ox Freight, Inc., '
        'a Texas corporation ("Blue Ox"), and the City of Exampleton, having its seat in Exampleton (the "City").',
        ("A1 Logistics Ltd.", "Blue Ox Freight, Inc.", "City of Exampleton"),
    ),
    (
        'by and between Maria Lopez, an individual residing at 4 Elm Road, and Smith & Daughters, LLC.',
        ("Maria Lopez", "Smith & Daughters, LLC"),
    ),
    (
        'between eStore Systems, Inc. (the "Vendor") and, on the other hand, 3K Holdings Limited (the "Client").',
        ("eStore Systems, Inc.", "3K Holdings Limited"),
    ),
    (
        'by and between the following parties: Kappa S.p.A., with an office at Via Roma 1; and Lambda B.V., with an '
        "office at Dam 1.",
        ("Kappa S.p.A.", "Lambda B.V."),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("preamble", "expected"), PREAMBLES)
def test_parties_in_the_preamble(preamble, expected):
    text = (
        f"SERVICE AGREEMENT\n\nThis Service Agreement is made on May 4, 2020 {preamble} The parties agree as follows:"
    )

    assert values(text)["parties"] == expected


def test_parties_behind_labels():
    text = "COOPERATION AGREEMENT\n\nParty A: Delta Energy Co., Ltd.\nParty B: Town of Example (the town)\n\n1. Scope"

    assert values(text)["parties"] == ("Delta Energy Co., Ltd.", "Town of Example")


def test_parties_in_the_signature_block():
    signatures = "OMEGA PARTNERS L.P.\nBy: /s/ A. B.\n\nSigma Trust Company\nBy: /s/ C. D."
    text = "FILING AGREEMENT\n\nThe undersigned agree.\n\n" + signatures

    assert values(text)["parties"] == ("OMEGA PARTNERS L.P.", "Sigma Trust Company")


def test_one_name_alone_is_no_list_of_parties():
    assert "parties" not in values("SERVICE AGREEMENT\n\nThis Service Agreement is made by Acme Inc. for itself.")


MADE = 'SUPPLY AGREEMENT\n\nThis Supply Agreement (the "Agreement") '


@pytest.mark.parametrize(
    ("text", "made", "effective"),
    [
        (MADE + "is dated as of June 11, 2015 between", date(2015, 6, 11), None),
        (MADE + "is made this 23rd day of December, 2003 by and", date(2003, 12, 23), None),
        (MADE + "is entered into on the first day of May 2019 by", date(2019, 5, 1), None),
        (MADE + 'dated 1 June 2020, effective 1 July 2020 ("Effective Date").', date(2020, 6, 1), date(2020, 7, 1)),
        (MADE + 'is made as of 4 May 2000 (the "Effective Date").', date(2000, 5, 4), date(2000, 5, 4)),
        (MADE + "dated May 4, 2000 shall commence on the date first written.", date(2000, 5, 4), date(2000, 5, 4)),
        ("SUPPLY AGREEMENT\nMay 4, 2000\n\nThis is to confirm our understanding.", date(2000, 5, 4), None),
        (MADE + "amends the agreement to that certain Lease dated May 4, 2000.", None, None),
        (MADE + "is made on the ___ day of ____, 2020.", None, None),
        (MADE + "is made on the 31st day of June, 2020.", None, None),
    ],
)  # fmt: skip
def test_dates_of_the_beginning(text, made, effective):
    found = values(text)

    assert (found.get("agreement_date"), found.get("effective_date")) == (made, effective)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("This Agreement shall remain in effect until December 31, 2026.", "2026-12-31"),
        ("The term of this Agreement shall expire on the last day of February 2024.", "2024-02-29"),
        ("The term of this Agreement is five (5) years from the Effective Date.", "2025-05-04"),
        ("The initial term shall be eighteen (18) months.", "2021-11-04"),
        ("This Agreement shall continue until the second (2nd) anniversary of its date.", "2022-05-04"),
        ("The term of this Agreement will begin on January 1, 2021 and continue for two (2) years.", "2022-12-31"),
        ("The term of this Agreement shall be perpetual.", "perpetual"),
        ("This Agreement shall be renewed for three (3) years.", None),
        ("During the term of this Agreement, the warranty is two (2) years.", None),
        ("This Agreement may be terminated upon thirty (30) days notice.", None),
        ("This Agreement shall remain confidential for three (3) years.", None),
    ],
)
def test_the_end(clause, expected):
    text = f'{MADE}is made as of May 4, 2020 (the "Effective Date") between the parties.\n\n2. {clause}'

    assert values(text).get("expiration_date") == expected


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("This Agreement shall be governed by the laws of the State of Delaware.", "Delaware"),
        ("THIS AGREEMENT SHALL BE CONSTRUED IN ACCORDANCE WITH THE LAWS OF ENGLAND AND WALES.", "England and Wales"),
        ("This Agreement is governed by the internal laws of\nthe Commonwealth of Massachusetts.", "Massachusetts"),
        ("The contract shall be governed by the laws of the Federal Republic of Germany.", "Germany"),
        ("This Agreement is governed by the law of the Republic of Examplia.", "Republic of Examplia"),
        ("This Agreement shall be construed under English law.", "England"),
        ("The laws of the State of Washington govern this Agreement.", "Washington"),
        ("The Supplier shall comply with the laws of Ohio. The contract is governed by Schedule 3.", None),
        ("Acme is a corporation organized under the laws of Ohio.", None),
        ("Waste disposal is governed by Schedule 3.", None),
    ],
)
def test_governing_law(clause, expected):
    assert values(f"{MADE}is made between the parties.\n\n9. {clause}").get("governing_law") == expected


def test_the_clause_under_the_heading_wins():
    clauses = "3. Bonds are governed by the laws of Ohio.\n\n20. GOVERNING LAW. Governed by the laws of Texas."
    text = f"{MADE}is made.\n\n{clauses}"

    assert values(text)["governing_law"] == "Texas"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("five (5) years", ["5 years"]),
        ("sixty-day period", ["60 days"]),
        ("a year", ["1 year"]),
        ("twelve (12) months and 90 calendar days", ["1 year", "90 days"]),
        ("ninety five weeks", ["95 weeks"]),
        ("thirty-six months", ["3 years"]),
        ("sixteen and a half", []),
        ("the third anniversary", ["3 years"]),
        ("0 apples", []),
    ],
)
def test_lengths_of_time(text, expected):
    assert [str(length) for length in lengths_in(text, 0, len(text), ENGLISH)] == expected


def test_a_length_counts_by_the_calendar():
    (month,) = lengths_in("1 month", 0, 7, ENGLISH)

    assert month.after(date(2023, 1, 31)) == date(2023, 2, 28)
    (years,) = lengths_in("999 years", 0, 9, ENGLISH)
    assert years.after(date(2023, 1, 31)) == date(3022, 1, 31)
    assert years.after(date(9500, 1, 1)) is None


def test_days_are_found_once_and_in_order():
    text = "on 4 May 2020 and this 3rd day of May, 2020"

    assert [day.value for day in days_in(text, 0, len(text))] == [date(2020, 5, 4), date(2020, 5, 3)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("THIS " + "VERY " * 60_000 + "AGREEMENT", id="words in capitals"),
        pytest.param("by and between " * 20_000, id="between without end"),
        pytest.param('this Agreement (" ' * 20_000, id="open parentheses"),
        pytest.param("A" * 300_000 + " By: " + "B " * 50_000, id="one long word"),
        pytest.param("the term of this Agreement shall be " * 10_000, id="terms"),
        pytest.param("governed by the laws " * 15_000, id="laws"),
        pytest.param("shall renew automatically unless notice " * 8_000, id="renewals"),
        pytest.param("this 1st day of " * 20_000, id="days"),
        pytest.param("\x01(\x01)\x02" * 1_000, id="control characters"),
        pytest.param("zwischen nachfolgend " * 12_000, id="parties in German"),
        pytest.param("Der Vertrag unterliegt. Recht gilt " * 8_000, id="law in German"),
        pytest.param("vertrag" * 40_000, id="one long German word"),
        pytest.param("purchase price $1 " * 15_000, id="prices"),
        pytest.param("By:\n/s/ A B\n" * 12_000, id="signatures"),
    ],
)
def test_hostile_text_is_read_to_its_end(text):
    assert read(MADE + text).document_type == "contract"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Entered into as of the date of last signature.\nIN WITNESS WHEREOF\nDate: May 4, 2020  Date: May 6, 2020",
         date(2020, 5, 6)),
        ("Entered into as of the day the parties meet.\nIN WITNESS WHEREOF\nDate: May 4, 2020", None),
    ],
)  # fmt: skip
def test_the_last_signature_may_be_the_start(text, expected):
    assert values(f"SUPPLY AGREEMENT\n\n{text}").get("effective_date") == expected


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("The Buyer shall pay a purchase price of $12,500.00.", ("12500.00", "USD")),
        ("The purchase price is payable monthly, $500.00 per month.", None),
        ("Seller's liability shall not exceed the total amount of $90,000.00.", None),
        ("The purchase price is reasonable.", None),
    ],
)
def test_the_value(clause, expected):
    found = values(f"{MADE}is made.\n\n3. {clause}")

    assert (found and "contract_value" in found and (str(found["contract_value"]), found["currency"])) == (
        expected or False
    )


def test_who_signs():
    block = "IN WITNESS WHEREOF\n\nACME LLC\nBy: ____________\nName: Jane Doe\nTitle: CEO\n\n____________\nJohn Roe"

    assert values(f"{MADE}is made.\n\n{block}")["signatures"] == ("Jane Doe, CEO (ACME LLC)", "John Roe")


def test_a_document_without_words():
    assert read("").fields == ()


def test_from_a_text_file(tmp_path):
    path = tmp_path / "lease.txt"
    path.write_text(LEASE, encoding="utf-8")
    parsed = parse(Source(path=str(path), media_type="text/plain", filename="lease.txt"), OPTIONS)

    assert extract(parsed).value("governing_law") == "New York"


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (
            "verlängert sich um jeweils ein Jahr, wenn er nicht mit einer Frist von sechs Monaten gekündigt wird.",
            "1 year",
        ),
        ("verlängert sich jeweils, wenn er nicht mit einer Frist von mindestens sechs Monaten gekündigt wird.", None),
        ("verlängert sich jeweils, wenn er nicht sechs Monate vor Ablauf gekündigt wird, um zwei Jahre.", "2 years"),
    ],
)
def test_the_length_of_a_notice_is_not_that_of_a_renewal(clause, expected):
    text = f"Dienstleistungsvertrag\nzwischen der Anker GmbH und der Beil AG\n§ 2 Laufzeit. Der Vertrag {clause}"

    assert values(text).get("renewal_term") == (expected and f"successive {expected}")


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("unless terminated with six months' written notice, for successive terms of one year", "successive 1 year"),
        ("upon notice of at least six (6) months, for additional terms of two (2) years", "2 years"),
        ("for successive terms unless either party gives six (6) months prior written notice", None),
    ],
)
def test_the_length_of_a_notice_in_english(clause, expected):
    text = (
        f"{MADE}is made as of May 4, 2020 between the parties.\n\n2. This Agreement shall automatically renew {clause}."
    )

    assert values(text).get("renewal_term") == expected
