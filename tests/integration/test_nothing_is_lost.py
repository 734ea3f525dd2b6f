"""Whatever is killed, every document is completed exactly once, by itself and soon."""

from __future__ import annotations

import random

import pytest

from tests.integration import papers
from tests.integration.stack import Stack, running

pytestmark = pytest.mark.integration

DOCUMENTS = 200
PAUSE_SECONDS = 0.05
KILLS = [Stack.kill_worker, Stack.kill_master, Stack.kill_broker, Stack.kill_database]
RECOVERY_SECONDS = 30
SEED = 20260415


@pytest.fixture
def stack(tmp_path):
    with running(tmp_path) as stack:
        yield stack


def test_two_hundred_documents_while_everything_is_killed(stack, tmp_path):
    folder = papers.write(tmp_path / "papers", range(DOCUMENTS))
    feeder = stack.begin("-m", "tests.integration.feed", str(folder), str(PAUSE_SECONDS))
    for moment, kill in plan(random.Random(SEED)):
        assert stack.wait_until(lambda moment=moment: stack.completed() >= moment, 4 * RECOVERY_SECONDS), jobs(stack)
        kill(stack)
    fed = set(stack.finish(feeder).split())

    assert stack.wait_until(lambda: stack.completed() >= DOCUMENTS and unfinished(stack) == 0, RECOVERY_SECONDS), jobs(
        stack
    )
    assert {str(row[0]) for row in stack.rows("SELECT id FROM documents_document")} >= fed
    assert_each_once(stack)
    assert_no_leftovers(stack)


def plan(chance):
    """Everything is killed twice, when so many documents are completed; the last kill comes near the end."""
    kills = chance.sample(KILLS * 2, 2 * len(KILLS))
    return zip(sorted(chance.sample(range(1, DOCUMENTS - 5), len(kills))), kills, strict=True)


def assert_each_once(stack):
    """One result of its own, one event, one job that succeeded for every document."""
    found = stack.rows(
        """
        SELECT d.original_filename, r.extracted_data ->> 'invoice_number',
               (SELECT count(*) FROM audit_event e WHERE e.object_id = d.id AND e.action = 'document.completed'),
               (SELECT count(*) FROM extraction_processingjob j WHERE j.document_id = d.id AND j.status = 'succeeded'),
               (SELECT count(*) FROM extraction_processingjob j WHERE j.document_id = d.id)
        FROM documents_document d
        LEFT JOIN extraction_extractionresult r ON r.document_id = d.id
        LEFT JOIN extraction_validationresult v ON v.document_id = d.id
        """
    )
    assert {row[2:] for row in found} == {(1, 1, 1)}
    for filename, number, *_ in found:
        assert filename.startswith(number.replace("INV", "paper") + ".")


def assert_no_leftovers(stack):
    """One parsed document each; those of lost claims are gone."""
    kept = {row[0] for row in stack.rows("SELECT parsed_file FROM extraction_processingjob")}
    media = stack.folder / "media"
    assert {str(path.relative_to(media)) for path in media.rglob("parsed-*")} == kept


def unfinished(stack):
    return stack.value("SELECT count(*) FROM documents_document WHERE status <> 'completed'")


def jobs(stack):
    """For the message of a failure."""
    return stack.rows(
        "SELECT status, stage, attempts, error_code, count(*) FROM extraction_processingjob GROUP BY 1, 2, 3, 4"
    )
