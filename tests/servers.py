"""A pytest plugin: a real PostgreSQL and a real Valkey for every test run, gone afterwards.

``pyproject.toml`` names it with ``-p``, so it acts before Django's settings are read. With
pytest-xdist all workers share the pair: pytest-django gives each its own database, this
plugin its own Valkey database, so no worker sees another's rows, queues or throttles.
``DATABASE_URL`` and ``REDIS_URL``, when set, are used instead.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack

import pytest

from common.embedded import throw_away

STACK = pytest.StashKey[ExitStack]()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, parser: pytest.Parser, args: list[str]) -> None:
    stack = early_config.stash[STACK] = ExitStack()
    early_config.add_cleanup(stack.close)
    if not {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        for name, url in stack.enter_context(throw_away()).items():
            os.environ.setdefault(name, url)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    os.environ["REDIS_URL"] = with_database(os.environ["REDIS_URL"], int(worker.removeprefix("gw")))
    os.environ["ENVIRONMENT"] = "test"
    os.environ["DATA_DIR"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="documents-test-"))


def process_environment() -> dict[str, str]:
    """The environment for a real process that shall see the rows of this test (which must commit them)."""
    from django.db import connection

    options = os.environ["DATABASE_URL"].partition("?")[2]
    server = os.environ["DATABASE_URL"].partition("?")[0].rpartition("/")[0]
    return os.environ | {"DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}?{options}"}


def with_database(url: str, number: int) -> str:
    """The same server, another of its numbered databases."""
    return f"{url.partition('?')[0]}?db={number}"
