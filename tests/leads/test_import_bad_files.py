"""Hostile and broken files: a clear sentence each, nothing lost, nothing half-done, nothing executed."""

import io
import tracemalloc
import zipfile
from datetime import datetime

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from leads.importing import background, columns, reading
from leads.models import ImportRun, Registration
from leads.services import start_import
from people import sheets
from tests import make
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
HEAD, ROW = ["姓名", "手机号"], ["张三", "13910000001"]
CSV = "姓名,手机号\n张三,13910000001\n"


def xlsx(*rows, merge=None):
    """A sheet whose cells have the type of what is given."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for line, cells in enumerate(rows):
            sheet.write_row(line, 0, cells)
        if merge:
            sheet.merge_range(*merge)
    return file.getvalue()


def bomb(part="xl/worksheets/sheet1.xml", size=700_000_000):
    """A small archive that declares to become a large one."""
    file = io.BytesIO(xlsx(HEAD, ROW))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(f"x/{part}", "w") as large:
        for _piece in range(size // 1_000_000):
            large.write(bytes(1_000_000))
    return file.getvalue()


def lying():
    """An archive whose directory says less than its parts hold."""
    content = bytearray(xlsx(HEAD, *[ROW] * 50))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    place = content.rindex(size.to_bytes(4, "little"))
    content[place : place + 4] = (100).to_bytes(4, "little")
    return bytes(content)


REFUSED = {
    "empty": (b"", "文件是空的"),
    "blank": (b"\n\n  ,\n", "文件是空的"),
    "wrong-head": ("甲,乙\n张三,13910000001\n".encode(), "没有找到表头"),
    "no-head": (b"13910000001,13910000002\n", "没有找到表头"),
    "no-phone-column": ("姓名,称呼\n张三,先生\n".encode(), "表头里没有：手机号"),
    "200-columns": (xlsx([*HEAD, *(f"列{i}" for i in range(198))], ROW), "列太多：最多 60 列"),
    "not-a-zip": (b"PK\x03\x04 and nothing more", "打不开"),
    "other-zip": (b"PK\x03\x04" + bytes(200), "打不开"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "打不开"),
    "old-xls": (b"\xd0\xcf\x11\xe0" + bytes(200), "这是旧的 .xls"),
    "nul-bytes": (CSV.encode() + b"\0\0", "打不开"),
    "utf16-without-mark": (CSV.encode("utf-16-le"), "打不开"),
    "no-text": (bytes(range(128, 256)) * 4 + b"\xff", "打不开"),
    "endless-cell": ('姓名,手机号\n"张'.encode() + b"x" * 200_000 + b"\n", None),
    "too-big": (b"x" * 25_000_001, "文件超过 25 MB"),
    "lying-zip": (lying(), "打不开"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_file_that_is_no_list_is_refused_with_a_sentence(store, name):
    content, sentence = REFUSED[name]
    if sentence is None:  # found out only while it is read through
        run = start_import(here=store.li, kind="leads", file_name="a", content=content, at=make.MOMENT)
        background.try_import.call(run.pk)
        run.refresh_from_db()
        assert (run.state, run.error[:3], run.sealed_file) == ("failed", "打不开", None)
        return
    with pytest.raises(Refusal) as refused:
        start_import(here=store.li, kind="leads", file_name="a", content=content, at=make.MOMENT)
    assert sentence in str(refused.value.sentence)
    assert not ImportRun.objects.exists()


def test_the_page_says_it_beside_the_file(store, signed_in):
    answer = signed_in(store.li).post("/import", {"kind": "leads", "file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04")})
    assert answer.status_code == 422
    assert "打不开：要一个 .xlsx 或 .csv 文件" in answer.content.decode()


def test_a_zip_bomb_is_not_unpacked(store):
    content = bomb()
    tracemalloc.start()
    with pytest.raises(Refusal) as refused:
        start_import(here=store.li, kind="leads", file_name="a.xlsx", content=content, at=make.MOMENT)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.code == "file_too_big"
    assert most < 20_000_000


def test_too_many_strings_for_memory_are_refused(store):
    file = io.BytesIO(xlsx(HEAD, ROW))
    with zipfile.ZipFile(file) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
    parts[sheets.STRINGS] = parts[sheets.STRINGS] + b" " * 41_000_000
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(Refusal) as refused:
        start_import(here=store.li, kind="leads", file_name="a.xlsx", content=again.getvalue(), at=make.MOMENT)
    assert refused.value.code == "file_too_big"


def tried(here, content, kind="leads"):
    run = start_import(here=here, kind=kind, file_name="a", content=content, at=make.MOMENT)
    background.try_import.call(run.pk)
    run.refresh_from_db()
    return run


def test_a_file_with_nothing_below_its_head_says_so(store):
    run = tried(store.li, "姓名,手机号\n".encode())
    assert (run.state, run.error) == ("failed", "只有表头，没有客户")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_a_text_file_is_read_in_the_encodings_and_separators_that_there_are(store, encoding, comma):
    assert tried(store.li, CSV.replace(",", comma).encode(encoding)).counts == {"ready": 1}


@pytest.mark.parametrize(
    "head",
    [
        "客户姓名,联系电话",
        "Name,Mobile Number",
        "称呼,客户,手机（必填）",
        " 姓 名 *,手机号码：",
        "phone,customer",
        "序号,客户名称,电话",
        "客户姓名,客户手机号",
        "客户姓名1,业务员电话,客户联系方式1",
        "联系人,联系人电话,客户公司",
    ],
)
def test_headings_have_many_words(head):
    places = columns.head(head.split(","), "leads")
    assert {"name", "phone"} <= set(places)


def test_a_title_above_the_headings_and_merged_cells_are_no_trouble(store):
    content = xlsx(["客户名单（4 月）"], [], HEAD, ROW, ["李四", ""], merge=(0, 0, 0, 5, "客户名单（4 月）"))
    run = tried(store.li, content)
    assert run.counts == {"ready": 1, "wrong": 1}
    assert run.lines.get(outcome="wrong").line == 5


def test_a_formula_gives_the_value_that_was_saved_and_is_never_computed(store):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_string(1, 0, "张三")
        sheet.write_formula(1, 1, "=13910000000+1", None, 13910000001)
        sheet.write_string(2, 0, "李四")
        sheet.write_formula(2, 1, '=WEBSERVICE("http://localhost/")', None, "")
    run = tried(store.li, file.getvalue())
    assert run.counts == {"ready": 1, "wrong": 1}
    assert run.lines.get(outcome="wrong").code == "no_digits"


NUMBERS = {
    "text": ("13910000001", None), "number": (13910000001, None), "float": (13910000001.0, None),
    "whole-exponent": ("1.3910000001E+10", None), "rounded": ("1.39E+10", "rounded_number"), "spaces": ("139 1000 0001", None),
    "short": ("1391000", "too_short"), "two": ("13910000001/13910000002", "multiple_numbers"),
    "quoted": ("'13910000001", None), "too-long": ("0755-26001234-1234567", "too_long"),
    "none": ("", "no_digits"),
    "landline": ("0755-12345678", "landline"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_numbers_as_spreadsheets_write_them(store, name):
    cell, code = NUMBERS[name]
    run = tried(store.li, xlsx(HEAD, ["张三", cell]))
    assert run.counts == ({"wrong": 1} if code else {"ready": 1})
    assert [row.code for row in run.lines.filter(outcome="wrong")] == ([code] if code else [])


@pytest.mark.parametrize("cell", ['="13910000001"', "'13910000001", "13910000001\t", '"13910000001"'])
def test_a_number_that_a_file_keeps_from_being_rounded_is_one(store, cell):
    quoted = '"' + cell.replace('"', '""') + '"'
    assert tried(store.li, f"姓名,手机号\n张三,{quoted}\n".encode()).counts == {"ready": 1}


DATES = {
    "2025-03-03": "2025-03-03 00:00", "2025/3/3": "2025-03-03 00:00", "2025.3.3 9:05": "2025-03-03 09:05",
    "2025年3月3日": "2025-03-03 00:00", "2025年3月3日 14时30分": "2025-03-03 14:30", "20250303": "2025-03-03 00:00",
    "2025-03-03T14:30:00": "2025-03-03 14:30", "2025-03-03T00:00:00": "2025-03-03 00:00", "45719": "2025-03-03 00:00",
    "45719.5": "2025-03-03 12:00", "3/4/2025": None, "2025-13-01": None, "2025-02-30": None, "昨天": None, "0": None,
}  # fmt: skip


@pytest.mark.parametrize("text", DATES)
def test_dates_as_spreadsheets_write_them(text):
    if DATES[text] is None:
        with pytest.raises(Refusal):
            columns.moment(text, make.SHANGHAI, "since")
    else:
        assert columns.moment(text, make.SHANGHAI, "since") == make.at(DATES[text])


def test_a_day_that_ends_something_ends_with_its_midnight():
    for text in ("2025-03-03", "45719", "2025-03-03T00:00:00"):
        assert columns.moment(text, make.SHANGHAI, "until", ends=True) == make.at("2025-03-04 00:00")


def test_dates_as_a_sheet_holds_them(store):
    rows = [["张三", "13910000001", "李强", datetime(2024, 3, 3)], ["李四", "13910000002", "李强", 45000]]
    run = tried(store.manager, xlsx([*HEAD, "业务员", "归属开始"], *rows), "ownership")
    assert run.counts == {"new": 2}


def test_what_is_too_long_is_a_row_that_is_wrong_and_takes_no_other_with_it(store):
    run = tried(
        store.li,
        f"姓名,手机号,公司\n{'张' * 81},13910000001,\n李四,13910000002,{'x' * 81}\n王五,13910000003,\n".encode(),
    )
    assert run.counts == {"ready": 1, "wrong": 2}
    assert [row.code for row in run.lines.filter(outcome="wrong")] == ["name_too_long", "company_too_long"]


def test_control_signs_in_a_cell_become_blanks(store):
    run = tried(store.li, '姓名,手机号\n"张\x01\x1f三\n",13910000001\n'.encode())
    assert run.counts == {"ready": 1}


def many(count):
    """A file of `count` rows, written row by row."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        for line in range(1, count + 1):
            sheet.write_row(line, 0, ["张三", 13_000_000_000 + line])
    return file.getvalue()


def test_a_file_of_a_million_rows_is_read_without_holding_them(long):
    count = 1_000_000 if long else 20_000
    content = many(count)
    assert len(content) < reading.MOST_BYTES
    tracemalloc.start()
    rows = sum(1 for _row in reading.open_table(content, "leads").rows)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows == count
    assert most < 40_000_000


def test_a_file_that_breaks_in_the_middle_of_an_import_leaves_what_was_stored_and_says_why(store, monkeypatch):
    from leads.importing import running
    from leads.services import begin_import

    monkeypatch.setattr(running, "A_BATCH", 1)
    run = tried(store.li, (CSV + "李四,13910000002\n").encode())
    begin_import(here=store.li, run=run, at=make.MOMENT)
    real = reading._below

    def breaking(rows, width):
        yield from list(real(rows, width))[:1]
        raise sheets._no_sheet()

    monkeypatch.setattr(reading, "_below", breaking)
    background.do_import.call(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done_rows, Registration.objects.count()) == ("failed", 1, 1)
    assert run.error.startswith("打不开")


def test_our_own_sheets_can_be_read_by_others():
    book = openpyxl.load_workbook(io.BytesIO(sheets.write("名单", HEAD, [ROW])))
    assert [cell.value for cell in book.worksheets[0][2]] == ROW
