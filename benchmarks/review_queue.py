"""How long does the queue of reviews take when very many documents wait?

    python -m benchmarks.review_queue [--documents 100000] [--tasks 10000] [--requests 200]

Starts throw-away servers and gunicorn, fills one workspace with documents that were read, of which so many wait for a
person and three times as many were decided (and twenty smaller workspaces beside it), and asks over HTTP as a signed-in
reviewer, one request after another on one connection. Prints milliseconds for each kind of request; "next document"
takes a task each time, and stops where none is left.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import time
import uuid
from collections.abc import Mapping
from contextlib import ExitStack

from benchmarks.list_documents import (
    OTHER_DOCUMENTS,
    OTHER_WORKSPACES,
    add,
    empty_service,
    spread_over_time,
    web_server,
)

QUEUE = "/admin/review/reviewtask/"
PAGES = {
    "the queue": "",
    "the last page": "?p={last}",
    "by reason": "?reason=iban_invalid",
    "by vendor": "?vendor=vendor+1",
    "mine": "?reviewer=me",
    "older than a week": "?age=7",
    "search: file name": "?q=0471",
    "search: invoice number": "?q=INV-00171",
    "search: nothing found": "?q=no+such+thing",
    "decided ones": "?state=approved&state=rejected",
    "decided ones, the last page": "?state=approved&state=rejected&p={last_decided}",
    "decided ones, by vendor": "?state=approved&state=rejected&vendor=vendor+1",
    "decided ones, search": "?state=approved&state=rejected&q=0471",
}
NEXTS = {"next document": "", "next by reason": "?reason=iban_invalid", "next by vendor": "?vendor=vendor+1"}

RESULTS = """
INSERT INTO extraction_extractionresult (id, created_at, updated_at, document_id, extracted_data, fields,
    line_item_fields, tax_line_fields, confidence_score, extractor_version, extraction, version)
SELECT gen_random_uuid(), now(), now(), id,
    %(data)s::jsonb || jsonb_build_object('vendor_name', 'Vendor ' || substr(checksum_sha256, 63),
        'invoice_number', 'INV-' || substr(checksum_sha256, 58)),
    '{}', '[]', '[]', confidence_score, '1.0.0', NULL, gen_random_uuid()
FROM documents_document
"""

TASKS = """
WITH drawn AS (SELECT *, row_number() OVER (ORDER BY random()) AS place FROM documents_document
               WHERE workspace_id = %(workspace)s)
INSERT INTO review_reviewtask (id, created_at, updated_at, document_id, workspace_id, state, reasons, reason_codes,
    priority, kind, vendor_name, amount, currency, arrived_at, seconds_spent, decided_at, reject_reason, read_values,
    read_confidences, lowest_confidence, doubted, weight, fields_seen, fields_wrong, reviewer_id, sought)
SELECT gen_random_uuid(), now(), now(), id, workspace_id,
    CASE WHEN place > %(open)s THEN (ARRAY['approved', 'approved', 'rejected'])[1 + place %% 3]
         WHEN place %% 50 = 0 THEN 'postponed' ELSE 'to_review' END,
    CASE place %% 3
        WHEN 0 THEN '[{"code": "total_mismatch", "field": "total_amount", "severity": "warning"},
                      {"code": "low_confidence", "field": "due_date", "severity": "info"}]'::jsonb
        WHEN 1 THEN '[{"code": "low_confidence", "field": "iban", "severity": "info"}]'
        ELSE '[{"code": "iban_invalid", "field": "iban", "severity": "warning"}]' END,
    CASE place %% 3 WHEN 0 THEN '["low_confidence", "total_mismatch"]'::jsonb WHEN 1 THEN '["low_confidence"]'
        ELSE '["iban_invalid"]' END,
    (ARRAY[100, 200, 400])[1 + place %% 3] + place %% 7, kind, 'Vendor ' || substr(checksum_sha256, 63),
    (random() * 100000)::numeric(12, 2), 'EUR', created_at, 0,
    CASE WHEN place > %(open)s THEN now() END, '', %(values)s, %(confidences)s, random(), place %% 3 <> 1, 1, 10,
    place %% 2, CASE WHEN place %% 100 = 1 THEN %(reviewer)s::uuid END,
    concat_ws(E'\n', original_filename, 'Vendor ' || substr(checksum_sha256, 63), 'INV-' || substr(checksum_sha256, 58))
FROM drawn WHERE place <= 4 * %(open)s
"""


def fill(documents: int, tasks: int) -> dict[str, str]:
    """The cookies of a reviewer in the one workspace with all the tasks."""
    from django.db import connection
    from django.test import Client

    from accounts import actions
    from accounts.queries import personal_workspace
    from extraction.api.examples import EXTRACTED_DATA

    reviewer = actions.register(email="reviewer@example.com", password=uuid.uuid4().hex)
    reviewer.is_staff = True
    reviewer.save()
    workspace = personal_workspace(reviewer)
    add(reviewer, workspace, documents)
    others = [actions.register(email=f"o{number}@example.com", password="-") for number in range(OTHER_WORKSPACES)]
    for other in others:
        add(other, personal_workspace(other), OTHER_DOCUMENTS)
    spread_over_time()
    names = ("vendor_name", "invoice_number", "invoice_date", "due_date", "total_amount", "tax_amount", "iban")
    drawn = {
        "reviewer": str(reviewer.pk),
        "values": json.dumps(dict.fromkeys(names, "what was read")),
        "confidences": json.dumps(dict.fromkeys(names, 0.93)),
    }
    with connection.cursor() as cursor:
        cursor.execute(RESULTS, {"data": json.dumps(EXTRACTED_DATA)})
        cursor.execute(TASKS, drawn | {"open": tasks, "workspace": workspace.pk})
        for other in others:
            cursor.execute(TASKS, drawn | {"open": OTHER_DOCUMENTS // 4, "workspace": personal_workspace(other).pk})
        cursor.execute("VACUUM ANALYZE")
    client = Client()
    client.force_login(reviewer)
    return {"sessionid": client.cookies["sessionid"].value, "csrftoken": uuid.uuid4().hex}


def measure(port: int, cookies: Mapping[str, str], path: str, requests: int, *, post: bool = False) -> list[float]:
    """Milliseconds of each request, after a few that do not count."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    headers |= {"X-CSRFToken": cookies["csrftoken"], "Content-Length": "0"} if post else {}
    taken = []
    for _ in range(requests + 5):
        started = time.perf_counter()
        connection.request("POST" if post else "GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        taken.append((time.perf_counter() - started) * 1000)
        assert response.status == (302 if post else 200), body[:2_000]
        if post and "/screen" not in response.headers["Location"]:
            return taken[5:-1]  # back to the queue: nothing is left to take
    return taken[5:]


def tell(name: str, taken: list[float]) -> None:
    if len(taken) < 2:
        print(f"{name:32}  too few tasks to tell")
        return
    p95 = statistics.quantiles(taken, n=20)[-1]
    print(f"{name:32}{statistics.median(taken):8.1f}{p95:8.1f}{max(taken):8.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=200)
    arguments = parser.parse_args()
    with ExitStack() as stack:
        stack.enter_context(empty_service())
        from review.admin import ReviewTaskAdmin

        cookies = fill(arguments.documents, arguments.tasks)
        port = stack.enter_context(web_server())
        last = max(1, arguments.tasks // ReviewTaskAdmin.list_per_page)
        print(f"{QUEUE:32}{'p50':>8}{'p95':>8}{'max':>8}  ms, {arguments.tasks} of {arguments.documents} wait")
        for name, query in PAGES.items():
            path = QUEUE + query.format(last=last, last_decided=3 * last)
            tell(name, measure(port, cookies, path, arguments.requests))
        for name, query in NEXTS.items():
            tell(name, measure(port, cookies, f"{QUEUE}next{query}", arguments.requests, post=True))


if __name__ == "__main__":
    main()
