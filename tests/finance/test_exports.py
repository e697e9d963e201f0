"""Exports, read again: sums to the fen, text stays text, the same month gives the same bytes, each export on record."""

from decimal import Decimal

import pytest

from people.models import User
from tests import exports, ledger, make
from tests.arbitration.test_collisions import signed
from trail import clock
from trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(store):
    """Three deals of April: two plain, one whose commission a case holds."""
    for i, here in enumerate((store.li, store.wang, store.zhao)):
        number = f"1391234000{i}"
        make.registered(here, make.at("2025-04-01 10:00"), number=number, name=f"张{i}")
    make.registered(store.sun, make.at("2025-04-02 10:00"), number="13912340002", name="张")
    for i, here in enumerate((store.li, store.wang, store.zhao)):
        deal(here, f"1391234000{i}", 1_000_33 + i)
    return store


def deal(here, number, commission):
    from leads.services import sign_deal

    return sign_deal(
        here=here, customer=make.customer(number), closer=here.user, amount_fen=50_000_00, commission_fen=commission,
        designer=None, term_months=12, at=make.MOMENT,
    )  # fmt: skip


def test_the_month_sums_to_the_commissions_that_are_not_held(month, signed_in):
    client, wanted = make.proven(signed_in(month.finance)), Decimal("1000.33") + Decimal("1000.34")
    assert sum(Decimal(row[7]) for row in exports.rows(exports.fetched(client))[1:]) == wanted
    (sheet,) = exports.sheets(exports.fetched(client, form="xlsx"))
    assert sum(Decimal(str(cell.value)) for cell in sheet["H"][1:]) == wanted


def test_amounts_are_numbers_and_everything_else_is_text(month, signed_in):
    (sheet,) = exports.sheets(exports.fetched(make.proven(signed_in(month.finance)), form="xlsx"))
    for row in sheet.iter_rows(min_row=2):
        assert (row[4].value[:7], row[4].number_format) == ("139****", "@")
        for cell in row:
            kind = (int, float) if cell.column_letter in "HM" else str
            assert isinstance(cell.value, kind) or cell.value is None
            assert cell.value is not None or cell.column_letter not in "HM"


def test_the_header_is_frozen_and_every_page_says_who_exported_it(month, signed_in):
    (sheet,) = exports.sheets(exports.fetched(make.proven(signed_in(month.finance)), form="xlsx"))
    assert sheet.freeze_panes == "A2"
    mark = "导出人：钱慧，账目截至 2025-04-28 14:05:00"
    assert (sheet.oddFooter.left.text, sheet["N1"].value) == (mark, mark)


@pytest.mark.parametrize("kind", ["splits", "statements", "ledger"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_same_month_gives_the_same_bytes(month, signed_in, kind, form):
    client = make.proven(signed_in(month.finance))
    first, second = (exports.fetched(client, kind, form) for _ in range(2))
    assert first == second
    assert first != exports.fetched(make.proven(signed_in(month.general)), kind, form)  # it names who exported it


def test_each_export_and_each_fetching_is_on_record(month, signed_in):
    client = make.proven(signed_in(month.finance))
    url = exports.asked(client)
    for _ in range(2):
        make.read(client.get(url))
    asked, *taken = Entry.objects.filter(action__startswith="export.").order_by("pk")
    assert (asked.actor, asked.action, asked.detail) == (
        str(month.finance.user.pk), "export.ask", {"month": "202504", "kind": "splits", "form": "csv", "lines": 2},
    )  # fmt: skip
    assert [entry.action for entry in taken] == ["export.take"] * 2


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
    (line,) = ledger.lines(signed(store, store.li, commission=6_000_01))
    assert (line.account.holder, line.share_bp, line.amount_fen) == (store.li.user, 10_000, 6_000_01)
    assert line.entry.ruling is None
