"""How long do the figures of the start page take where people have decided very much?

    python -m benchmarks.start_page [--documents 100000] [--rounds 10]

Starts throw-away servers, fills one workspace with documents of 90 days, most of them approved by a person with 17
fields checked on each (1.3 million of 100,000 documents), and asks for each figure and for all charts together. Prints
milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.list_documents import add, empty_service

DAYS = 90
FILL = (
    # one in ten passed unseen, one in ten waits for a person, the others are approved
    """UPDATE documents_document SET created_at = now() - random() * '89 days'::interval, review_status = CASE
        WHEN status <> 'completed' THEN '' WHEN random() < .1 THEN 'passed'
        WHEN random() < .11 THEN 'to_review' ELSE 'approved' END""",
    """INSERT INTO review_reviewtask (id, created_at, updated_at, document_id, workspace_id, state, reasons,
        reason_codes, priority, kind, vendor_name, currency, arrived_at, seconds_spent, decided_at, reject_reason,
        read_values, read_confidences, lowest_confidence, doubted, weight, fields_seen, fields_wrong)
    SELECT gen_random_uuid(), now(), now(), id, workspace_id, review_status, '[]', '[]', (random() * 400)::int, kind,
        'Vendor ' || (random() * 400)::int, 'EUR', created_at, random() * 60,
        CASE review_status WHEN 'approved' THEN created_at + '1 hour'::interval END, '',
        jsonb_build_object('vendor_name', repeat(md5(random()::text), 8)), '{}', 1 - random() * random(),
        random() < .3, 1, 17, (random() * 1.3)::int
    FROM documents_document WHERE review_status IN ('to_review', 'approved')""",
    """INSERT INTO review_verdict (id, created_at, updated_at, task_id, workspace_id, field, vendor_name, confidence,
        is_right, decided_at)
    SELECT gen_random_uuid(), now(), now(), id, workspace_id, 'field_' || number, vendor_name, 1 - random() * random(),
        random() < .95, decided_at
    FROM review_reviewtask, generate_series(1, 17) AS number WHERE state = 'approved'""",
    """INSERT INTO extraction_extractionresult (id, created_at, updated_at, document_id, extracted_data, fields,
        line_item_fields, tax_line_fields, confidence_score, extractor_version)
    SELECT gen_random_uuid(), now(), now(), id, '{}', jsonb_build_object('total_amount', jsonb_build_object(
        'confidence', random(), 'why', repeat(md5(random()::text), 40))), '[]', '[]', .9, '1.0.0'
    FROM documents_document WHERE review_status = 'passed'""",
    """INSERT INTO extraction_validationresult (id, created_at, updated_at, document_id, is_valid, missing_fields,
        warnings, issues, confidence_score)
    SELECT gen_random_uuid(), now(), now(), id, true, '[]', '[]', '[]', .9
    FROM documents_document WHERE review_status = 'passed'""",
    "VACUUM ANALYZE",
)


def fill(documents: int) -> uuid.UUID:
    """The workspace."""
    from django.db import connection

    from accounts import actions
    from accounts.queries import personal_workspace

    owner = actions.register(email="owner@example.com", password=uuid.uuid4().hex)
    workspace = personal_workspace(owner)
    add(owner, workspace, documents)
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement)
        cursor.execute("SELECT count(*) FROM review_verdict")
        print(f"{documents:,} documents, {cursor.fetchone()[0]:,} checked fields")
    return workspace.pk


def figures(workspace: uuid.UUID) -> dict[str, Callable[[], Any]]:
    """Each as the page asks for it: nothing is remembered between two calls."""
    from review.charts import CHARTS, Figures
    from review.statistics import Period, curve

    today = datetime.now(UTC).date()
    period = Period(today - timedelta(days=DAYS - 1), today)

    def page() -> None:
        shared = Figures([workspace], period)
        for build in CHARTS.values():
            build(shared)

    single = {name: lambda build=build: build(Figures([workspace], period)) for name, build in CHARTS.items()}
    return {**single, "all charts of the page": page, "curve of thresholds": lambda: curve([workspace], "invoice")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    with empty_service():
        asked = figures(fill(arguments.documents))
        print(f"{'':32}{'p50':>8}{'max':>8}  ms")
        for name, ask in asked.items():
            taken = []
            for _ in range(arguments.rounds):
                started = time.perf_counter()
                ask()
                taken.append((time.perf_counter() - started) * 1000)
            print(f"{name:32}{statistics.median(taken):8.1f}{max(taken):8.1f}", flush=True)


if __name__ == "__main__":
    main()
