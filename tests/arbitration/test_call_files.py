"""Operators' files of calls: whatever the layout, only the customer's lines are read; each with its reason where it is not understood."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
import xlsxwriter

from arbitration.cases.call_files import read_calls
from tests import make
from tests.hostile_files import archive
from trail.refusals import Refusal

OWN, CUSTOMER = "+8613805510001", "+8613912343333"
NOW = make.at("2025-04-08 09:30")
MOBILE = """客户姓名,高翔
手机号码,13805510001
查询月份,2025年03月
起始时间,通信地点,通信方式,对方号码,通信时长,通信类型,套餐优惠,实收通信费(元)
03-07 09:01:02,合肥,主叫,13912343333,1分23秒,本地通话,,0.15
03-08 18:40:00,合肥,被叫,13912343333,45秒,本地通话,,0
03-08 19:00:00,合肥,主叫,13700001111,45秒,本地通话,,0
"""
UNICOM = """序号,呼叫类型,通话日期,通话起始时间,对方号码,通话时长,本机通话地,对方归属地,通话类型,话费小计
1,主叫,2025-03-07,09:01:02,13912343333,00:01:23,合肥,合肥,国内通话,0.00
2,被叫,2025-03-08,18:40:00,+86 139 1234 3333,00:00:45,合肥,合肥,国内通话,0.00
3,被叫,2025-03-08,19:40:00,10010,00:00:45,合肥,合肥,国内通话,0.00
"""
TELECOM = """用户号码：138****0001
对方号码,主叫/被叫,通话开始时间,通话时长(秒),通话类型,使用地点
13912343333,主叫,2025/3/7 9:01:02,83,本地,合肥
013912343333,本地被叫,20250308 18:40,45,本地,合肥
"""
OFFICE = """主叫号码\t被叫号码\t呼叫时间\t时长
13805510001\t13912343333\t2025-03-07 09:01:02\t83
13912343333\t13805510001\t2025-03-08 18:40:00\t45
13700001111\t13912343333\t2025-03-08 20:00:00\t9
"""
BOTH = [("2025-03-07T01:01:02+00:00", True), ("2025-03-08T10:40:00+00:00", False)]


def read(content, **given):
    if isinstance(content, str):
        content = content.encode()
    return read_calls(content, **({"own": OWN, "customer": CUSTOMER, "zone": make.SHANGHAI, "now": NOW} | given))


def said(found):
    return [(line.call_at.isoformat(), line.outgoing) for line in found.good]


def refused(content, **given):
    with pytest.raises(Refusal) as caught:
        read(content, **given)
    assert caught.value.sentence
    return caught.value.code


def sheet(rows, formula=""):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        page = book.add_worksheet()
        for row, cells in enumerate(rows):
            page.write_row(row, 0, cells)
        if formula:
            page.write_formula(len(rows), 0, formula, None, 13912343333)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize(("text", "others"), [(MOBILE, 1), (UNICOM, 1), (OFFICE, 1)])
def test_the_usual_layouts_are_understood_in_any_encoding(text, others, encoding):
    """D07-8.3 to 8.5."""
    found = read(text.encode(encoding))
    assert (said(found), found.others) == (BOTH, others)


def test_a_number_with_a_zero_before_it_is_no_other_persons():
    assert said(read(TELECOM))[:1] == BOTH[:1]


def test_a_workbook_with_dates_and_numbers_as_such():
    at = datetime(2025, 3, 7, 9, 1, 2)
    found = read(sheet([["对方号码", "呼叫类型", "通话时间"], [13912343333, "主叫", at], [13700001111, "主叫", at]]))
    assert (said(found), found.others) == (BOTH[:1], 1)
    assert found.good[0].call_at == at.replace(tzinfo=make.SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("when", "way", "why"),
    [
        ("2025-03-07", "主叫", "几点几分"), ("03-07 09:01", "主叫", "没有年份"), ("gestern", "主叫", "看不懂"),
        ("2025-05-07 09:01", "主叫", "还没到"), ("2025-03-07 09:01", "转接", "主叫还是被叫"), ("", "主叫", "看不懂"),
        ("2025-13-40 09:01", "主叫", "看不懂"),
    ],
)  # fmt: skip
def test_a_line_that_is_not_understood_says_why(when, way, why):
    found = read(f"对方号码,呼叫类型,通话时间\n13912343333,{way},{when}\n13700001111,,\n")
    (line,) = found.lines
    assert (line.row, why in line.why, found.good, found.others) == (2, True, [], 1)


def test_whoever_masked_the_number_in_the_list_proves_nothing():
    found = read("对方号码,呼叫类型,通话时间\n139****3333,主叫,2025-03-07 09:01:02\n")
    assert (found.lines, found.others) == ([], 1)


def _many(n):
    return "对方号码,呼叫类型,通话时间\n" + "13912343333,主叫,2025-03-07 09:01:02\n" * n


def _bomb():
    parts = {"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": bytes(60_000_000)}
    return archive(**parts)


def _with_part(path):
    plain = sheet([["对方号码", "呼叫类型", "通话时间"]])
    out = io.BytesIO(plain)
    with zipfile.ZipFile(out, "a") as made:
        made.writestr(path, b"x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("手机号码,13700009999\n" + MOBILE.split("\n", 2)[2], "list_of_other"),
        ("姓名,电话\n张三,13912343333\n", "no_head_line"),
        ("\n" * 3, "no_head_line"),
        ("说明\n" * 30 + MOBILE, "no_head_line"),
        (_many(51), "too_many_calls"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), "old_sheet"),
        (b"\0\1\2" * 50, "not_a_sheet"),
        (b"a" * 5_000_001, "file_too_big"),
        (_bomb(), "file_too_big"),
        (_with_part("xl/vbaProject.bin"), "sheet_with_macros"),
        (_with_part("xl/macrosheets/sheet1.xml"), "sheet_with_macros"),
        (archive(**{"word/document.xml": b"<w/>"}), "not_a_sheet"),
        (archive(**{"../../etc/passwd": b"x"}), "not_a_sheet"),
        (b"PK\x03\x04" + bytes(100), "not_a_sheet"),
        ("对方号码,通话时间,\0\n1,2,3\n", "not_a_sheet"),
    ],
)  # fmt: skip
def test_a_hostile_or_useless_file_is_refused_with_a_sentence(content, code):
    """trust.md §2.4, the sheets."""
    assert refused(content) == code


def test_formulas_links_and_two_hundred_columns_do_nothing():
    row = [13912343333, "主叫", "2025-03-07 09:01:02"]
    wide = [f"列{n}" for n in range(197)]
    found = read(
        sheet([["对方号码", "呼叫类型", "通话时间", *wide], row + ["x"] * 197], '=HYPERLINK("http://evil.example",1)')
    )
    assert said(found) == BOTH[:1]
    found = read(
        "对方号码,呼叫类型,通话时间\n=13912343333,主叫,2025-03-07 09:01\n'13912343333,主叫,2025-03-07 09:01:02\n"
    )
    assert said(found) == BOTH[:1]


def test_right_to_left_signs_hide_nothing():
    found = read("对方号码,呼叫类型,通话时间\n\u202e13912343333\u202c,主叫,2025-03-07 09:01:02\n")
    assert said(found) == BOTH[:1]
