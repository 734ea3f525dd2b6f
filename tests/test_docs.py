"""What is written for people agrees with the code: variables, tables, commands, links, decisions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import get_commands

from evaluation.datasets.__main__ import CONVERTERS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
READERS = [ROOT / "config" / "settings.py", ROOT / "deploy" / "run.py", ROOT / "deploy" / "gunicorn_config.py"]
"""The modules that read the environment of a running service."""
INTERNAL = {"MAKELEVEL", "OPERATOR_PASSWORD"}
"""Passed from one of our processes to another; nobody sets them."""


@dataclass(frozen=True)
class Variable:
    name: str
    default: str
    meaning: str

    @property
    def row(self) -> str:
        return f"| `{self.name}` | {f'`{self.default}`' if self.default else ''} | {self.meaning} |"


def documented() -> list[Variable]:
    """The entries of .env.example: comment lines and then ``#NAME=default``."""
    text = (ROOT / ".env.example").read_text()
    blocks = [block.splitlines() for block in text.split("\n\n")]
    entries = [(lines[:-1], re.fullmatch(r"#([A-Z_]+)=(.*)", lines[-1])) for lines in blocks]
    return [
        Variable(found[1], found[2], " ".join(line.removeprefix("# ") for line in comment))
        for comment, found in entries
        if found
    ]


def read_by_code() -> dict[str, str | None]:
    """Name → default where the code states one as a constant."""
    compose = re.findall(r"\$\{([A-Z_]+)(?::-(.*?)|:\?.*?)\}", (ROOT / "docker-compose.yml").read_text())
    return {name: default or None for name, default in compose} | {
        name: default for path in READERS for name, default in variables_in(path)
    }


def variables_in(path: Path) -> Iterator[tuple[str, str | None]]:
    """Calls like ``env.text("NAME", "default")``, ``os.environ.get("NAME", ...)`` and ``number("NAME", 8000, ...)``."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args and is_reader(node.func):
            constants = [constant(part) for part in node.args[:2]]
            if isinstance(constants[0], str) and re.fullmatch(r"[A-Z][A-Z_]+", constants[0]):
                yield constants[0], shown(constants[1] if len(constants) > 1 else None)


def is_reader(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return ast.unparse(function.value) == "env" or ast.unparse(function) == "os.environ.get"
    return isinstance(function, ast.Name) and function.id == "number"


def constant(expression: ast.expr) -> object:
    """Its value if it is written out; of two, that of production."""
    chosen = expression.body if isinstance(expression, ast.IfExp) else expression
    return chosen.value if isinstance(chosen, ast.Constant) else None


def shown(default: object) -> str | None:
    return None if default is None else str(default)


# --- Configuration ----------------------------------------------------------------------------------------------------
def test_env_example_documents_what_the_code_reads() -> None:
    names = {variable.name for variable in documented()}
    read = set(read_by_code()) - INTERNAL
    assert names - read == set(), "in .env.example, but nothing reads them"
    assert read - names == set(), "read by the code, but missing in .env.example"


@pytest.mark.parametrize("variable", documented(), ids=lambda variable: variable.name)
def test_env_example_states_the_default_of_the_code(variable: Variable) -> None:
    default = read_by_code()[variable.name]
    if default is not None:
        assert variable.default == default
    assert variable.meaning.endswith("."), "a sentence, please"


def test_readme_has_the_table_of_variables() -> None:
    missing = [variable.row for variable in documented() if variable.row not in README.read_text()]
    assert not missing, "README.md must have these rows, as .env.example says it:\n" + "\n".join(missing)
    rows = re.findall(r"^\| `([A-Z_]+)` \|", README.read_text(), re.MULTILINE)
    assert set(rows) == {variable.name for variable in documented()}, "rows of README.md without an entry"


# --- Commands and links -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    local = [target for target in targets if not target.startswith(("http://", "https://"))]
    broken = [target for target in local if not (page.parent / target).exists()]
    assert not broken, f"{page.name} links to {broken}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist(page: Path) -> None:
    text = page.read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)(?=[` \n])", code_of(text))) <= targets
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())
    modules = [name.replace(".", "/") for name in re.findall(r"python -m ([\w.]+)", text)]
    own = [name for name in modules if name != "pytest"]
    assert [name for name in own if not ((ROOT / f"{name}.py").exists() or (ROOT / name).is_dir())] == []


def test_every_benchmark_is_in_the_readme() -> None:
    commands = [path.stem for path in (ROOT / "benchmarks").glob("*.py") if "__main__" in path.read_text()]
    missing = [name for name in commands if f"python -m benchmarks.{name}" not in README.read_text()]
    assert not missing, f"Say in README.md what {missing} measure."


def test_every_public_data_set_is_explained() -> None:
    rows = re.findall(r"^\| `([a-z]+)` \|", (ROOT / "docs" / "evaluation.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(CONVERTERS), "a row for each converter of evaluation/datasets"


def code_of(markdown: str) -> str:
    """Fenced blocks and inline code: where words are commands."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", markdown, re.DOTALL))


# --- Decisions --------------------------------------------------------------------------------------------------------
def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_decisions_have_one_form(path: Path) -> None:
    headings = re.findall(r"^#+ .*", path.read_text(), re.MULTILINE)
    assert headings[0].startswith(f"# {int(path.name[:4])}. ")
    assert headings[1:] == ["## Context", "## Decision", "## Consequences"]
