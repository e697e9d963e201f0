"""CSV and XLSX as every export writes them: no cell is a formula, nothing is lost, and no table is held in memory."""

import csv
import io
import tracemalloc

import openpyxl
import pytest

from people import xlsx
from people.exports import Money, as_csv, as_xlsx, in_yuan, safe

FORMULAS = [
    "=cmd|' /C calc'!A0", "+8613912340000", "-500", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x",
]  # fmt: skip
ODD = [
    *FORMULAS, '";=1+1;"', '",=1+1,"', "a\n=1+1", "a\r\n=1", "<v>&'", "_x003D_", "  x ", "\x0b=1", "13912340000", "1.39E+10", "𝌆=",
]  # fmt: skip
HEADING = ["甲", Money("金额"), "乙", "丙"]


def of_csv(records):
    text = b"".join(as_csv(HEADING, records)).decode()
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def sheet_of(records):
    with as_xlsx("t", "s", HEADING, records) as file:
        return openpyxl.load_workbook(io.BytesIO(file.read())).active


@pytest.mark.parametrize("column", [0, 2, 3])
def test_whatever_stands_in_a_column_comes_back_and_is_no_formula(column):
    records = []
    for text in ODD:
        record = ["张", "-500.00", "", "李"]
        record[column] = text
        records.append(record)
    found = of_csv(records)
    assert found == [
        HEADING,
        *([safe(cell) if i != 1 else cell for i, cell in enumerate(record)] for record in records),
    ]
    assert not any(
        cell[:1] in "=+-@\t\r\n＝＋－＠" for row in found[1:] for i, cell in enumerate(row) if i != 1 and cell
    )
    sheet = sheet_of(records)
    for row, record in zip(sheet.iter_rows(min_row=2), records, strict=True):
        assert [cell.data_type for cell in row] == ["s", "n", "n" if column != 2 else "s", "s"]
        assert row[column].value == as_openpyxl_reads(record[column])
        assert row[1].value == -500


def as_openpyxl_reads(text):
    """It leaves written-out characters as they are, which a spreadsheet reads; and ends lines as XML does."""
    return xlsx.ODD.sub(xlsx._written_out, text)


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_begins_like_a_formula_is_made_harmless(text):
    assert safe(text) == f"'{text}"


def test_one_odd_cell_changes_nothing_of_the_lines_around_it():
    plain = [["张", in_yuan(n), "乙", ""] for n in range(1_500)]
    odd = [*plain[:700], ["=1", "1.00", '"', ""], *plain[700:]]
    assert of_csv(odd)[1:] == [*plain[:700], ["'=1", "1.00", '"', ""], *plain[700:]]


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-100, "-1.00"), (123_456, "1234.56")]
)
def test_fen_in_yuan(fen, text):
    assert in_yuan(fen) == text


def test_what_does_not_fit_into_a_sheet_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST", 3)
    for count, wanted in ((0, [0]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])):
        with as_xlsx("t", "月", HEADING, ([str(n), "1.00", "", "x"] for n in range(count))) as file:
            book = openpyxl.load_workbook(file)
            assert [sheet.max_row - 1 for sheet in book] == wanted
            assert [sheet.title for sheet in book] == ["月", "月 (2)", "月 (3)"][: len(wanted)]
            assert {sheet["A1"].value for sheet in book} == {"甲"}
            assert {sheet.freeze_panes for sheet in book} == {"A2"}


def test_a_table_has_more_columns_than_letters():
    heading = [f"列{n}" for n in range(30)]
    with as_xlsx("t", "s", heading, [[str(n) for n in range(30)]]) as file:
        assert [cell.coordinate for cell in openpyxl.load_workbook(file).active[2]][25:28] == ["Z2", "AA2", "AB2"]


def through_csv(records):
    for _piece in as_csv(HEADING, records):
        pass


def through_xlsx(records):
    as_xlsx("t", "s", HEADING, records).close()


@pytest.mark.parametrize("write", [through_csv, through_xlsx])
def test_memory_does_not_grow_with_the_lines(write):
    def peak(count):
        tracemalloc.start()
        write([f"客户{n}", in_yuan(n), f"DC-{n}", "提成"] for n in range(count))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(1_500)  # what is loaded and remembered once
    assert peak(30_000) < peak(12_000) * 1.5 + 500_000
