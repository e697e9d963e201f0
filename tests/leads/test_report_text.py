"""Pasted reports: every spelling of the rules in tests/spec/data/README.md, and that nothing is invented."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.screening.report_text import read_report

LINES = (Path(__file__).parent.parent / "spec/data/report-texts.jsonl").read_text("utf-8").splitlines()
ENTRIES = [json.loads(line) for line in LINES]


def got(text):
    return [
        {
            "company": e.company or None, "name": e.name or None, "honorific": e.honorific or None, "phone": e.phone or None,
            "masked_phone": e.masked_phone or None, "problem": e.problem or None,
        }
        for e in read_report(text)
    ]  # fmt: skip


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_a_text_is_read_as_expected(entry):
    assert got(entry["text"]) == entry["expect"]


@pytest.mark.parametrize("separator", [",", "，", "、", " ", "/", "|", ";", "\t"])
def test_the_usual_line_is_read_with_any_separator(separator):
    (entry,) = read_report(separator.join(("安居公司", "张先生", "139****3333")))
    assert (entry.company, entry.name, entry.honorific, entry.masked_phone, entry.problem) == (
        "安居公司", "张", "先生", "139****3333", "",
    )  # fmt: skip


def test_one_customer_a_line_and_a_company_alone_holds_for_the_lines_below():
    entries = read_report("安居公司\n张先生 13912343333\n李女士 13800001111")
    assert [(e.company, e.name, e.number) for e in entries] == [
        ("安居公司", "张", "+8613912343333"), ("安居公司", "李", "+8613800001111"),
    ]  # fmt: skip


# Further spellings of the same rules: text, and each person as «company name honorific number problem» (- for nothing).
OTHERS = [
    ("链家,王先生,139****3333", ["链家 王 先生 139****3333 -"]),
    ("陈建国 13912345678 宏达公司", ["宏达公司 陈建国 - +8613912345678 -"]),
    ("王先生宏达公司139****3333", ["宏达公司 王 先生 139****3333 -"]),
    ("宏达公司-王先生-139****3333", ["宏达公司 王 先生 139****3333 -"]),
    ("宏达公司+王先生+139****3333", ["宏达公司 王 先生 139****3333 -"]),
    ('"宏达公司","王先生","139****3333"', ["宏达公司 王 先生 139****3333 -"]),
    ("宏达公司（王先生 139****3333）", ["宏达公司 王 先生 139****3333 -"]),
    (
        "宏达公司\n王先生\n139****3333\n李女士\n138****3334",
        ["宏达公司 王 先生 139****3333 -", "宏达公司 李 女士 138****3334 -"],
    ),
    ("客户:张先生\n电话:138****5501\n公司:恒信地产", ["恒信地产 张 先生 138****5501 -"]),
    (
        "客户：张先生 电话：138****5501 公司：恒信地产\n客户：李女士 电话：138****5502 也是恒信地产",
        ["恒信地产 张 先生 138****5501 -", "恒信地产 李 女士 138****5502 -"],
    ),
    (
        "公司:恒信地产\n客户1:张先生\n电话:138****5501\n客户2:李女士\n电话:138****5502",
        ["恒信地产 张 先生 138****5501 -", "恒信地产 李 女士 138****5502 -"],
    ),
    (
        "139****3401 王先生 宏达公司\n138****3402 李女士 恒信地产",
        ["宏达公司 王 先生 139****3401 -", "恒信地产 李 女士 138****3402 -"],
    ),
    (
        "王先生 139****3401 宏达公司；李女士 138****3402 恒信地产",
        ["宏达公司 王 先生 139****3401 -", "恒信地产 李 女士 138****3402 -"],
    ),
    (
        "1️⃣宏达公司 王先生 139****3333\n2️⃣恒信地产 李女士 138****3334",
        ["宏达公司 王 先生 139****3333 -", "恒信地产 李 女士 138****3334 -"],
    ),
    ("序号\t公司\t客户\t电话\n1\t宏达公司\t王先生\t139****3333", ["宏达公司 王 先生 139****3333 -"]),
    ("经纪人:李四 13800138000\n宏达公司 王先生 139****3333", ["宏达公司 王 先生 139****3333 -"]),
    ("报备人：李四，客户：王先生，139****3333，宏达公司", ["宏达公司 王 先生 139****3333 -"]),
    ("宏达公司,王先生,139****3333,带太太一起来", ["宏达公司 王 先生 139****3333 -"]),
    ("宏达公司,高女士,139****3333,高层", ["宏达公司 高 女士 139****3333 -"]),
    ("宏达公司,周一鸣,139****3333,周六下午两点", ["宏达公司 周一鸣 - 139****3333 -"]),
    ("宏达公司,王先生,139****3333,QQ:123456789", ["宏达公司 王 先生 139****3333 -"]),
    ("宏达公司,王先生,139****3333,320102199001011234", ["宏达公司 王 先生 139****3333 -"]),
    ("报备：宏达公司，王先生，139****3333，2025-03-05 14:00到，2人", ["宏达公司 王 先生 139****3333 -"]),
    ("宏达公司,王 先 生,139****3333", ["宏达公司 王 先生 139****3333 -"]),
    ("宏达公司,买买提•吐尔逊先生,139****3333", ["宏达公司 买买提·吐尔逊 先生 139****3333 -"]),
    ("宏达公司 Smith Mr 139****3333", ["宏达公司 Smith Mr 139****3333 -"]),
    ("宏达公司，王先生，+44 7911 123456", ["宏达公司 王 先生 +447911123456 -"]),
    ("宏达公司，王先生，+852 2123 4567", ["宏达公司 王 先生 +85221234567 not_mobile"]),
    ("宏达公司,陈女士,0512 6500 1234", ["宏达公司 陈 女士 +8651265001234 not_mobile"]),
    ("宏达公司,王先生,139****3333、138****3334", ["宏达公司 王 先生 139****3333 several_phones"]),
    ("宏达公司,王先生,139 1234 567", ["宏达公司 王 先生 - bad_phone"]),
    ("宏达公司,王先生,1391234567O", ["宏达公司 王 先生 - bad_phone"]),
    ("宏达公司,王先生,139**34**78", ["宏达公司 王 先生 - bad_mask"]),
    ("宏达公司,XX先生,139****3333", ["宏达公司 XX 先生 139****3333 placeholder_name"]),
    ("宏达公司 欧阳 139****3333", ["宏达公司 欧阳 - 139****3333 missing_honorific"]),
    ("宏达公司，王先生、李女士，139****3333", ["宏达公司 王 先生 - missing_phone", "宏达公司 李 女士 139****3333 -"]),
    (
        "宏达公司，王先生，139****3333\n李丽 女士 13812344444",
        ["宏达公司 王 先生 139****3333 -", "宏达公司 李丽 女士 +8613812344444 -"],
    ),
    ("宏达公司", ["- - - - not_a_report"]),
    ("王先生到了吗", ["- - - - not_a_report"]),
    ("老师您好", ["- - - - not_a_report"]),
]


@pytest.mark.parametrize(("text", "persons"), OTHERS, ids=[text for text, _persons in OTHERS])
def test_another_spelling_is_read_by_the_same_rules(text, persons):
    entries = read_report(text)
    assert [
        " ".join(x or "-" for x in (e.company, e.name, e.honorific, e.number, e.problem)) for e in entries
    ] == persons


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    for entry in read_report(text):
        assert entry.problem or (entry.name and entry.number)
