"""Exports, read again: sums to the fen, text stays text, the same month gives the same bytes, each export on record."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest

from leads.models import Customer
from people.exports import safe
from people.models import User
from tests import make
from tests.arbitration.test_collisions import signed
from trail import clock
from trail.models import Entry

pytestmark = pytest.mark.django_db
HOSTILE = ["=1+1", "+86", "-500", "@SUM(A1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠x"]


@pytest.fixture
def month(store):
    """Three deals of April: two plain, one whose commission a case holds."""
    for i, here in enumerate((store.li, store.wang, store.zhao)):
        number = f"1391234000{i}"
        make.registered(here, make.at("2025-04-01 10:00"), number=number, name=f"张{i}")
        Customer.objects.filter(pk=make.customer(number).pk).update(name="=cmd|' /C calc'!A0")
    make.registered(store.sun, make.at("2025-04-02 10:00"), number="13912340002", name="张")
    for i, here in enumerate((store.li, store.wang, store.zhao)):
        deal(here, f"1391234000{i}", 1_000_33 + i)
    User.objects.filter(pk=store.li.user.pk).update(name="=HYPERLINK(1)")
    return store


def deal(here, number, commission):
    from leads.services import sign_deal

    return sign_deal(
        here=here, customer=make.customer(number), closer=here.user, amount_fen=50_000_00, commission_fen=commission,
        designer=None, term_months=12, at=make.MOMENT,
    )  # fmt: skip


def csv_rows(client):
    body = make.read(client.get("/period/202504/splits.csv"))
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def sheet(client):
    book = openpyxl.load_workbook(io.BytesIO(make.read(client.get("/period/202504/splits.xlsx"))))
    return book.active


def test_the_month_sums_to_the_commissions_that_are_not_held(month, signed_in):
    client = make.proven(signed_in(month.finance))
    wanted = Decimal("1000.33") + Decimal("1000.34")
    assert sum(Decimal(row[7]) for row in csv_rows(client)[1:]) == wanted
    assert sum(Decimal(str(cell.value)) for cell in sheet(client)["H"][1:]) == wanted


def test_amounts_are_numbers_and_everything_else_is_text(month, signed_in):
    rows = sheet(make.proven(signed_in(month.finance)))
    for row in rows.iter_rows(min_row=2):
        assert isinstance(row[7].value, int | float)
        assert isinstance(row[-1].value, int | float)  # what of it is payable now
        money = (7, len(row) - 1)
        assert all(
            isinstance(cell.value, str) for i, cell in enumerate(row) if i not in money and cell.value is not None
        )
        assert row[4].value.startswith("139****")


def test_no_cell_is_a_formula(month, signed_in):
    client = make.proven(signed_in(month.finance))
    assert all(cell.data_type != "f" for row in sheet(client).iter_rows() for cell in row)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in csv_rows(client)[1:] for cell in row)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_begins_like_a_formula_is_made_harmless(text):
    assert safe(text) == f"'{text}"


def test_the_header_is_frozen(month, signed_in):
    assert sheet(make.proven(signed_in(month.finance))).freeze_panes == "A2"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_same_month_gives_the_same_bytes(month, signed_in, form):
    client = make.proven(signed_in(month.finance))
    first, second = (make.read(client.get(f"/period/202504/splits.{form}")) for _ in range(2))
    assert first == second


def test_each_export_is_on_record(month, signed_in):
    csv_rows(make.proven(signed_in(month.finance)))
    entry = Entry.objects.get(action="splits.export")
    assert (entry.actor, entry.detail["lines"], entry.detail["form"]) == (str(month.finance.user.pk), 2, "csv")


def test_the_page_names_what_waits_for_a_ruling(month, signed_in, at_noon):
    page = signed_in(month.finance).get("/period/202504").content.decode()
    assert "1 笔佣金等裁定" in page
    assert "¥2,000.67" in page


def test_a_month_is_called_by_its_name_and_its_neighbours_too(month, signed_in, at_noon):
    client = signed_in(month.finance)
    page = client.get("/period/202504").content.decode()
    assert "2025年4月</h1>" in page
    assert "2025年3月" in page
    User.objects.filter(pk=month.finance.user.pk).update(language="en")
    assert "April 2025</h1>" in client.get("/period/202504").content.decode()
    assert "2025年4月</h1>" in signed_in(month.li).get("/statements/202504").content.decode()


def test_a_deal_waits_from_the_month_in_which_it_was_signed(month, signed_in, at_noon):
    client = signed_in(month.finance)
    waiting = {
        period: len(client.get(f"/period/{period}").context["held"]) for period in ("202503", "202504", "202505")
    }
    assert waiting == {"202503": 0, "202504": 1, "202505": 0}
    with clock.standing_at(make.at("2025-05-02 09:00")):
        assert len(client.get("/period/202505").context["held"]) == 1


def test_a_month_that_is_none_is_not_found(month, signed_in):
    client = signed_in(month.finance)
    assert [client.get(f"/period/{m}").status_code for m in ("202513", "2025", "abc", "199901")] == [404] * 4


def test_a_salesperson_sees_their_own_lines_and_no_others(month, signed_in, at_noon):
    page = signed_in(month.wang).get("/statements/202504").content.decode()
    assert "¥1,000.34" in page
    assert "¥1,000.33" not in page


def test_a_deal_without_a_case_goes_whole_to_who_signed(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    line = signed(store, store.li, commission=6_000_01).lines.get()
    assert (line.user, line.share_bp, line.amount_fen, line.basis) == (store.li.user, 10_000, 6_000_01, "uncontested")
