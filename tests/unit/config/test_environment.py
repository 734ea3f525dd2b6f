"""Settings read the environment once and say in a sentence what is wrong."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment


def test_a_database_url_may_name_a_unix_socket_in_a_folder_with_a_space():
    database = Environment({"U": "postgresql://me@/mine?host=/tmp/a%20b&sslmode=disable"}).database("U")
    assert (database["NAME"], database["USER"], database["HOST"]) == ("mine", "me", "/tmp/a b")
    assert database["OPTIONS"] == {"sslmode": "disable"}


def test_a_database_url_over_tcp():
    database = Environment({"U": "postgres://me:p%40ss@db:5433/mine"}).database("U")
    assert [database[key] for key in ("HOST", "PORT", "USER", "PASSWORD")] == ["db", "5433", "me", "p@ss"]


@pytest.mark.parametrize(
    ("read", "value", "sentence"),
    [
        (lambda e: e.flag("X"), "maybe", "X must be true or false"),
        (lambda e: e.integer("X", 1, minimum=1), "0", "X must be a whole number of at least 1"),
        (lambda e: e.integer("X", 1), "ten", "X must be a whole number"),
        (lambda e: e.choice("X", ("a", "b"), "a"), "c", "X must be one of a, b"),
        (lambda e: e.rate("X", "1/s"), "often", r"X must be calls a s, min, hour or day \(as in 30/min\)"),
        (lambda e: e.rate("X", "1/s"), "0/min", "X must be calls a"),
        (lambda e: e.rate("X", "1/s"), "30/year", "X must be calls a"),
        (lambda e: e.rate("X", "1/s"), "30", "X must be calls a"),
        (lambda e: e.mapping("X"), "[1]", "X must be a JSON object"),
        (lambda e: e.database("X"), "", "X is not set. Start `make run`"),
        (lambda e: e.database("X"), "mysql://x", "X must be a postgresql:// URL"),
        (lambda e: e.secret("X", required=True, default="d"), "", "X is not set"),
        (lambda e: e.secret("X", required=True, default="d"), "short", "X is too short"),
    ],
)
def test_a_wrong_value_is_named_in_a_sentence(read, value, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        read(Environment({"X": value}))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set"),
        ({"DEBUG": "true"}, "DEBUG must be off in production"),
        ({"REDIS_URL": ""}, "REDIS_URL must be a redis:// or unix:// URL"),
    ],
)
def test_production_does_not_start_without_what_it_needs(changes, sentence):
    complete = {"ENVIRONMENT": "production", "SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "example.test"}
    run = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=os.environ | complete | changes,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 1
    assert run.stderr.startswith("Configuration error: ")
    assert sentence in run.stderr
    assert "Traceback" not in run.stderr


def test_a_command_says_in_a_sentence_that_the_database_is_away(tmp_path):
    run = subprocess.run(
        [sys.executable, "manage.py", "sweep"],
        env=os.environ | {"DATABASE_URL": f"postgresql:///none?host={tmp_path}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 1
    assert run.stderr.strip().splitlines()[-1].startswith("The database cannot be used now: ")
    assert "Traceback" not in run.stderr
