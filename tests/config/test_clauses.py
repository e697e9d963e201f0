"""The table of docs/policies.md: every clause that decides, of the documents that the application carries out itself, has a test."""

import ast
import json
import re
from pathlib import Path

import pytest

BASE = Path(__file__).parent.parent.parent
CLAUSES = json.loads((BASE / "tests" / "spec" / "clauses.json").read_text("utf-8"))["clauses"]
LINE = re.compile(r"^\| (D\d\d-\S+) \| .+ \| .+ \| `(tests/[\w/]+\.py)::([\w:]+)` \|$", re.MULTILINE)
SECTION = (BASE / "docs" / "policies.md").read_text("utf-8").partition("## What the application itself does\n")[2]
LINES = LINE.findall(SECTION)


def test_every_clause_that_decides_stands_in_the_table_once():
    ours = [
        clause["id"] for clause in CLAUSES
        if clause["decision"] and (clause["doc"] in ("D01", "D06", "D16") or clause["id"] in ("D18-6", "D18-7"))
    ]  # fmt: skip
    assert len(ours) == 35
    assert [clause for clause, _file, _test in LINES] == ours


def test_every_line_of_the_table_is_read():
    assert len(LINES) == len(re.findall(r"^\| D", SECTION, re.MULTILINE))


@pytest.mark.parametrize(("clause", "file", "test"), LINES)
def test_the_test_that_a_clause_names_is_there(clause, file, test):
    found = names(ast.parse((BASE / file).read_text("utf-8")))
    assert test in found, f"{clause}: {file}::{test}"


def names(tree: ast.Module) -> set[str]:
    """The tests of a module, those of a class behind its name."""
    plain = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return plain | {f"{c.name}::{one.name}" for c in classes for one in c.body if isinstance(one, ast.FunctionDef)}
