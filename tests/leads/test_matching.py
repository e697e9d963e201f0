"""Who a newcomer is, among those we know: the entries of tests/spec/data/matches.jsonl, and what holds for any names."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from leads.screening import companies, names
from leads.screening.checking import _match

DATA = Path(__file__).parent.parent / "spec/data"
NO_REASONS = {"parent_child", "household_register", "marriage_certificate"}
ENTRIES = [json.loads(line) for line in (DATA / "matches.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_a_newcomer_is_recognised_as_expected(entry):
    assert _match(entry) == entry["expect"]


@pytest.mark.parametrize(
    ("a", "b", "fit"),
    [
        ("王建国", "王建國", True), ("王建国", "Jianguo Wang", True), ("王", "王建国", True), ("Wang", "王建国", True),
        ("欧", "欧阳晓峰", False), ("欧阳", "欧阳晓峰", True), ("单雄信", "Shan Xiongxin", True), ("王建国", "王建军", False),
        ("吕方", "Lü Fang", True), ("吕方", "Lyu Fang", True), ("吕", "Lǚ", True), ("王建国", "Wáng Jiànguó", True),
        ("Smith", "王建国", False), ("阿卜杜拉·买买提", "阿卜杜拉买买提", True), ("", "王", False),
    ],
)  # fmt: skip
def test_names_may_be_one_person(a, b, fit):
    assert names.compatible(a, b) is fit
    assert names.compatible(b, a) is fit


@pytest.mark.parametrize(
    ("stock", "new", "result", "reason"),
    [
        ({"kind": "company", "name": "王府井百货有限公司"}, {"kind": "person", "name": "王"}, "possible", "same_phone_other_name"),
        ({"kind": "company", "name": "ABC电子有限公司"}, {"kind": "company", "name": "ａｂｃ电子有限公司"}, "same", "same_company_name"),
        (
            {"kind": "company", "name": "苏州宏达电子有限公司", "uscc": "91320594MA1W2QXK7B"},
            {"kind": "company", "name": "苏州宏达智造有限公司", "uscc": "9132 0594 ma1w2qxk7b"}, "same", "same_company_code",
        ),
    ],
)  # fmt: skip
def test_a_company_is_no_person_and_is_known_in_any_letters(stock, new, result, reason):
    found = _match(
        {
            "at": "2025-03-03T10:00:00",
            "stock": [{"id": "k1", "phones": ["13698765432"], **stock}],
            "new": {"phone": "13698765432", **new},
        }
    )
    assert (found["result"], found["reason"]) == (result, reason)


def test_salutations_that_contradict_are_never_one_person():
    assert not names.compatible("王建国", "王建国", "先生", "女士")
    assert names.compatible("王建国", "王", "先生", "Mr")


@pytest.mark.parametrize(
    ("short", "whole", "is_short"),
    [
        ("宏达电子", "苏州宏达电子有限公司", True), ("苏州宏达电子", "苏州宏达电子有限公司", True), ("宏达", "苏州宏达电子有限公司", True),
        ("無錫宏達電子", "苏州宏达电子有限公司", False), ("无锡宏达电子有限公司", "苏州宏达电子有限公司", False),
        ("宏达电子科技", "苏州宏达电子有限公司", False), ("电子", "苏州宏达电子有限公司", False), ("宏", "苏州宏达电子有限公司", False),
    ],
)  # fmt: skip
def test_a_short_form_begins_the_name_without_place_and_form(short, whole, is_short):
    assert companies.is_short_form(short, whole) is is_short


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_name_breaks_the_comparison_and_it_does_not_matter_who_is_first(a, b):
    assert names.compatible(a, b) == names.compatible(b, a)
    assert names.surnames_fit(a, b) == names.surnames_fit(b, a)
    companies.is_short_form(a, b)
    assert companies.is_branch(a, b) == companies.is_branch(b, a)


def test_the_command_counts_and_names_each_difference(tmp_path, capsys):
    call_command("screen", "--check", str(DATA))
    assert "phones.jsonl: passed 75 of 75" in capsys.readouterr().out
    (tmp_path / "phones.jsonl").write_text('{"id": "x", "input": "110", "expect": {"kind": "mobile"}}\n', "utf-8")
    with pytest.raises(SystemExit) as stopped:
        call_command("screen", "--check", str(tmp_path))
    assert stopped.value.code == 1
    out = capsys.readouterr().out
    assert "phones.jsonl: passed 0 of 1" in out
    assert "x: expected" in out


@pytest.mark.parametrize("content", ["{", '{"id": "x"}', "[]"])
def test_a_file_that_cannot_be_read_is_named_with_its_line(tmp_path, content):
    (tmp_path / "matches.jsonl").write_text(content, "utf-8")
    with pytest.raises(CommandError, match=r"matches.jsonl, line 1"):
        call_command("screen", "--check", str(tmp_path))
    with pytest.raises(CommandError, match="none of"):
        call_command("screen", "--check", str(tmp_path / "nowhere"))


def test_the_page_on_screening_explains_every_reason_and_no_other():
    source = (Path(__file__).parents[2] / "leads/screening/matching.py").read_text("utf-8")
    reasons = set(re.findall(r'"((?:[a-z]+_)+[a-z]+)"', source)) - NO_REASONS
    page = (Path(__file__).parents[2] / "docs/screening.md").read_text("utf-8")
    explained = set(re.findall(r"`([a-z_]+)`", "\n".join(x for x in page.splitlines() if x.startswith("| `"))))
    assert reasons == explained
