"""A contract of two pages in plain legal English."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from samples.languages import ENGLISH
from samples.model import truth

TITLE = "Maintenance and Support Agreement"
OWNER, CONTRACTOR = "Silverbrook Observatory Trust", "Tamarind Optical Works Ltd"
EFFECTIVE, EXPIRY = date(2026, 5, 1), date(2029, 4, 30)
LAW = "Scotland"

BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=11, leading=15, spaceAfter=8)
HEADING = ParagraphStyle("heading", parent=BODY, fontName="Times-Bold", spaceBefore=8, spaceAfter=4)
HEAD = ParagraphStyle("head", parent=HEADING, fontSize=17, leading=24, alignment=TA_CENTER, spaceAfter=18)

TEXT = f"""
This {TITLE} (the “Agreement”) is made and entered into on {ENGLISH.day(EFFECTIVE)} (the “Effective Date”) by and
between <b>{OWNER}</b>, a charity registered in Scotland with its office at 2 Dome Road, Inverness IV2 7XX (the
“Customer”), and <b>{CONTRACTOR}</b>, a company with its office at 41 Lens Street, Dundee DD1 5XX (the “Contractor”).

1. Services

1.1 The Contractor shall inspect, clean and realign the instruments listed in Schedule A twice in every year, and shall
repair any of them on request.

1.2 The Contractor shall begin a repair within five working days after the Customer has reported a fault in writing.
Work on site is done between 9 a.m. and 5 p.m. unless an observation in progress forbids it.

2. Fees

2.1 The Customer shall pay a yearly fee of £18,400 in four equal parts, each on the first day of a quarter, against an
invoice. Repairs are charged by the hour at the rates in Schedule B.

2.2 A sum that is not paid within thirty days after the invoice was received bears interest at two per cent a year above
the base rate.

3. Spare parts

3.1 The Contractor shall keep the parts marked in Schedule A in stock. Parts that were replaced belong to the Customer
and are handed over with a written report on their condition.

4. Term

4.1 This Agreement begins on the Effective Date and shall remain in force until {ENGLISH.day(EXPIRY)}, unless it is
terminated earlier under the next clause.

4.2 It shall be renewed automatically for successive periods of one year, unless either party gives the other notice of
non-renewal.

5. Termination

5.1 Either party may terminate this Agreement by giving ninety (90) days written notice to the other. A party may
terminate it at once if the other commits a material breach and does not remedy it within thirty days after having been
asked to.

6. Confidentiality

6.1 Each party shall keep secret what it learns about the other in the course of the Services, and shall use it for the
purposes of this Agreement only. This duty continues for three years after the end of the Agreement.

7. Liability

7.1 Neither party excludes its liability for wilful acts or gross negligence. In all other cases the liability of the
Contractor in any one year is limited to twice the yearly fee.

8. Insurance

8.1 The Contractor shall insure itself against damage to the instruments while they are in its care, for their
replacement value, and shall show the certificate on request.

9. Changes

9.1 Changes of this Agreement need the written form. The same applies to a waiver of this requirement. If a provision is
void, the others remain valid.

10. Governing law

10.1 This Agreement shall be governed by and construed in accordance with the laws of {LAW}. The courts of Inverness
have exclusive jurisdiction.
"""


def draw() -> bytes:
    story: list[Flowable] = [Paragraph(TITLE.upper(), HEAD)]
    for paragraph in TEXT.strip().split("\n\n"):
        story.append(Paragraph(paragraph, HEADING if re.match(r"\d+\. ", paragraph) else BODY))
    names = [Paragraph(f"for {party}", BODY) for party in (OWNER, CONTRACTOR)]
    signatures = Table([["_" * 30, "_" * 30], names], colWidths=[225, 225])
    closing = Paragraph("In witness whereof the parties have signed this Agreement.", BODY)
    story.append(KeepTogether([closing, Spacer(1, 30), signatures]))
    buffer = BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4, title=TITLE, invariant=1, leftMargin=72, rightMargin=72).build(story)
    return buffer.getvalue()


def answers() -> dict[str, Any]:
    return truth(
        document_type="contract",
        document_title=TITLE,
        parties=[OWNER, CONTRACTOR],
        agreement_date=EFFECTIVE,
        effective_date=EFFECTIVE,
        expiration_date=EXPIRY,
        governing_law=LAW,
        renewal_term="successive 1 year",
        notice_period="90 days",
        verified_absent=["due_date", "invoice_number"],
    )
