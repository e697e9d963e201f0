"""docs/trust.md says by which tests each property is held: whether they are there (G01 – G38); and two properties of the program text."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
APPS = ("trail", "people", "leads", "visits", "arbitration", "penalties", "finance")
READ_REQUESTS = {"views", "api", "forms", "panels"}
LOOK_UP = {"filter", "exclude", "get", "annotate", "alias", "aggregate", "get_or_create", "update_or_create"}
ORDERS = {"people/api/pagination.py"}  # by the column that a view's class names
PAGE = (BASE / "docs" / "trust.md").read_text("utf-8")
ROWS = re.findall(r"^\| (G\d\d) \| (.+?) \| (.+?) \| .*\|$", PAGE, re.MULTILINE)


def test_each_property_has_a_row():
    assert [goal for goal, *_rest in ROWS] == [f"G{number:02}" for number in range(1, 39)]


@pytest.mark.parametrize(("goal", "held_by"), [(goal, tests) for goal, _what, tests in ROWS])
def test_the_tests_that_hold_it_are_there(goal, held_by):
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", held_by)
    assert len(named) == held_by.count("`") // 2 > 0
    for file, test in named:
        assert not test or test in _tests(file), f"{goal}: {file}::{test}"


def _tests(file):
    tree = ast.parse((BASE / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_there_is_one_database_to_ask():
    """A standby takes over, and is never read (G38): no router, no second database."""
    assert list(settings.DATABASES) == ["default"]
    assert settings.DATABASE_ROUTERS == []


def test_no_page_and_no_program_names_a_column_to_look_by():
    """Where requests are read, names of columns stand in the text: nothing that was sent becomes one (G25). Nor is SQL put together."""
    found = [(file, call.func.attr, call.lineno) for file, call in _calls() if _by_what_comes(file, call)]
    assert found == []
    assert _by_what_comes("leads/views/x.py", ast.parse("rows.filter(**sent)").body[0].value), (
        "the search finds what is there"
    )


def _calls():
    for app in APPS:
        for path in (BASE / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    yield str(path.relative_to(BASE)), node


def _by_what_comes(file, call):
    name, receiver = call.func.attr, ast.unparse(call.func.value)
    if name in {"extra", "raw"}:
        return True
    if not READ_REQUESTS & set(Path(file).parts) or receiver == "super()":
        return False
    unpacked = any(keyword.arg is None for keyword in call.keywords)
    ordered = name == "order_by" and file not in ORDERS and not all(isinstance(by, ast.Constant) for by in call.args)
    return (name in LOOK_UP and unpacked) or ordered
