"""Habits that matter, as checks. Each message says what to do instead.

Which way imports point is checked by import-linter, the look of the code by Ruff (`make lint`).
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

ROOT = Path(__file__).parents[1]
ROOMS = ("common", "accounts", "audit", "documents", "extraction", "exports", "review", "config", "deploy")
SHAPE = {
    "models",
    "actions",
    "queries",
    "errors",
    "tasks",
    "admin",
    "apps",
    "api",
    "receivers",
    "management",
    "migrations",
}
"""What every app may have; everything else is particular and stands in docs/architecture.md."""
LONGEST_MODULE = 400
SETTINGS = ROOT / "config" / "settings.py"  # one flat list of values, read by topic


def modules() -> list[Path]:
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def own_apps() -> list[str]:
    return [app.label for app in apps.get_app_configs() if Path(app.path).parent == ROOT]


# --- Shape ------------------------------------------------------------------------------------------------------------
def test_every_particular_module_is_explained() -> None:
    explained = set(re.findall(r"`([\w/.]+)`", (ROOT / "docs" / "architecture.md").read_text()))
    present = {
        f"{room}/{entry.name}{'/' if entry.is_dir() else ''}"
        for room in ROOMS
        for entry in (ROOT / room).iterdir()
        if entry.stem not in SHAPE and not entry.name.startswith("__") and (entry.is_dir() or entry.suffix == ".py")
    }
    unexplained = sorted(present - explained)
    assert not unexplained, (
        f"{unexplained} belong to no app's common shape ({', '.join(sorted(SHAPE))}). Put the code into one of these, "
        "or say in docs/architecture.md which question the new module answers."
    )
    gone = sorted(
        name for name in explained if name.split("/")[0] in ROOMS and "/" in name and not (ROOT / name).exists()
    )
    assert not gone, f"docs/architecture.md explains {gone}, which do not exist any more."


def test_modules_fit_on_a_few_screens() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if path != SETTINGS and (lines := path.read_text().count("\n")) > LONGEST_MODULE
    }
    assert not long, (
        f"Longer than {LONGEST_MODULE} lines: {long}. A module answers one question; give the second one a module of "
        "its own, or make a package of it."
    )


def test_every_module_says_what_it_is() -> None:
    trees = {path: ast.parse(path.read_text()) for path in modules() if path.name not in ("apps.py", "urls.py")}
    silent = [str(path.relative_to(ROOT)) for path, tree in trees.items() if tree.body and not ast.get_docstring(tree)]
    assert not silent, f"{silent} begin without a docstring. One sentence: which question does this module answer?"


def test_import_contracts_cover_every_app() -> None:
    declared = re.search(r"root_packages = \[(.*?)\]", (ROOT / "pyproject.toml").read_text())
    assert declared
    missing = set(own_apps()) - set(re.findall(r'"(\w+)"', declared[1]))
    assert not missing, f"Add {sorted(missing)} to root_packages and to the layers of import-linter in pyproject.toml."
    lint = (ROOT / "Makefile").read_text().partition("\nlint:")[2].partition("\n\n")[0]
    assert "lint_imports" in lint, "`make lint` must run import-linter; nothing else checks which way imports point."


# --- The API ----------------------------------------------------------------------------------------------------------
def endpoints(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> list[str]:
    """Every path of the API as OpenAPI writes it: ``/api/v1/documents/{document_id}``."""
    found = []
    for pattern in patterns:
        path = prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        found += endpoints(pattern.url_patterns, path) if isinstance(pattern, URLResolver) else [path]
    return [path for path in found if path.startswith("/api/v1/") and not path.endswith("/openapi.json")]


def test_every_endpoint_is_described() -> None:
    described = set(SchemaGenerator().get_schema(public=True)["paths"])
    missing = sorted(set(endpoints(get_resolver().url_patterns)) - described)
    assert not missing, f"{missing} are not in the OpenAPI description; give their views @extend_schema."


def test_every_endpoint_is_tested() -> None:
    tests = "".join(path.read_text() for path in (ROOT / "tests" / "api").glob("test_*.py"))
    called = {path: re.sub(r"\{\w+\}", r"\{[^{}]+\}", path) for path in endpoints(get_resolver().url_patterns)}
    untested = [path for path, call in called.items() if not re.search(call.removeprefix("/api/v1") + r'["?]', tests)]
    assert not untested, f"No file of tests/api calls {untested}. Test each as owner, team mate, stranger, anonymous."


# --- Database ---------------------------------------------------------------------------------------------------------
def test_every_migration_can_be_undone() -> None:
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    irreversible = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in graph.nodes.items()
        if app in own_apps()
        for operation in migration.operations
        if not operation.reversible
    ]
    assert not irreversible, (
        f"{irreversible}: give RunPython a reverse_code and RunSQL a reverse_sql (`noop` where nothing needs undoing)."
    )


# --- Requirements -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.in")), ids=lambda path: path.name)
def test_every_dependency_has_a_reason(path: Path) -> None:
    entries = [line for line in path.read_text().splitlines() if line and not line.startswith(("#", "-r"))]
    silent = [line for line in entries if not re.search(r"\s# \S+", line)]
    plain = {"pytest"}  # named by what it is
    assert not [line for line in silent if line not in plain], f"Say behind a # in {path.name} what {silent} is for."


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_pins_are_exact_hashed_and_name_no_host(path: Path) -> None:
    text = path.read_text()
    hosts = re.findall(r"\S*(?:https?://|--(?:extra-)?index-url|--find-links|--trusted-host)\S*", text)
    assert not hosts, f"{path.name} names download addresses {hosts}; compile it with `make requirements`."
    entries = re.findall(r"^[a-z0-9].*$", text.replace("\\\n", " "), re.MULTILINE)
    assert entries
    loose = [entry.split()[0] for entry in entries if not re.match(r"[^\s=]+==[^\s;]+ .*--hash=sha256:", entry)]
    assert not loose, f"{loose} in {path.name} are not pinned with hashes; compile it with `make requirements`."
