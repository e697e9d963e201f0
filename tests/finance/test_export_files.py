"""Files of a month: whose they are and for how long (G18), no formula in any column (G19), and what they say is what the ledger says."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError

from finance import reads
from finance.exports import TABLES, background, storing
from finance.exports.lookups import MARK
from finance.models import Account, Entry, Export, ExportPart, Posting
from finance.services import exporting
from finance.services.posting import reverse
from leads.models import Customer, Phone
from people.exports import safe
from people.models import Organisation, User
from tests import exports, make, procedure
from tests.arbitration.test_collisions import signed
from trail import clock
from trail.models import Entry as Noted
from trail.models import Message
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
FORMULAS = ["=cmd|' /C calc'!A0", "+8613912340000", "-500", "@SUM(A1)", "\tx", "\r=x", "＝1", "＋1", "－1", "＠x"]
LATER = make.MOMENT + timedelta(minutes=16)


@pytest.fixture
def month(store):
    """A deal of April that 何静's ruling splits 1 : 2 between 李强 and 王芳, in thirds that do not come out even."""
    case = procedure.contested(store)
    signed(store, store.wang, commission=6_000_01, when=make.at("2025-04-20 10:00"))
    procedure.ruled(store, case, shares=[(store.li.user, 3_333), (store.wang.user, 6_667)])
    return store


def asked(store, kind="splits", form="csv", here=None, month="202504", **more):
    return exporting.ask_for_export(
        here=here or store.finance, month=month, kind=kind, form=form, at=clock.now(), **more
    )


def content(export):
    return b"".join(storing.content(export))


def lines(store, kind, **more):
    """Heading → cell of each line."""
    head, *rows = exports.rows(content(asked(store, kind, **more)))
    return [dict(zip(head, row, strict=True)) for row in rows]


def fen(text):
    return int(Decimal(text) * 100)


# ── what they say ──


def test_ledger_splits_statements_and_their_sheets_agree_to_the_fen(month):
    held = Counter()
    for name, amount in Posting.objects.filter(
        account__kind=Account.Kind.PAYABLE, entry__book="commission"
    ).values_list("account__user__name", "amount_fen"):
        held[name] += amount
    assert sum(held.values()) == 6_000_01
    ledger, splits, statements = (lines(month, kind) for kind in ("ledger", "splits", "statements"))
    assert sum(fen(line["金额（元）"]) for line in ledger) == 0
    mine = [line for line in ledger if (line["科目"], line["账本"]) == ("应付提成", "提成")]
    for found, name, amount in (
        (mine, "归谁", "金额（元）"), (splits, "姓名", "金额（元）"), (statements, "姓名", "提成（元）"),
    ):  # fmt: skip
        sums = Counter()
        for line in found:
            sums[line[name]] += fen(line[amount])
        assert sums == held
    for kind in ("ledger", "splits", "statements"):
        head, *rows = exports.rows(content(asked(month, kind)))
        (sheet,) = exports.sheets(content(asked(month, kind, "xlsx")))
        told = [["" if c is None else f"{c:.2f}" if isinstance(c, int | float) else c for c in r] for r in sheet.values]
        assert told == [head, *rows]


def test_a_line_says_what_the_page_says(month):
    for line, told in zip(reads.lines(month.project, "202504"), lines(month, "splits"), strict=True):
        assert (told["依据"], told["条款"]) == (reads.basis(line), reads.ground(line))
        assert (told["姓名"], told["比例"]) == (line.account.holder_label, f"{line.share_bp / 100:.2f}%")
        assert (told["客户"], told["手机号"], told["签约日期"]) == ("张**", "139****3333", "2025-04-20")


def test_a_posting_names_its_ruling_its_case_and_what_it_reverses(month):
    ruled = [line for line in lines(month, "ledger") if line["裁定"]]
    assert {line["撞单"] for line in ruled} == {month.project.collisions.get().no}
    entry = Entry.objects.filter(kind=Entry.Kind.ACCRUAL, book=Entry.Book.COMMISSION).first()
    reverse(entry, at=make.MOMENT)
    later = lines(month, "ledger")
    assert {line["冲销或调整的分录"] for line in later if line["事项"] == "冲销"} == {entry.no}
    assert sum(fen(line["金额（元）"]) for line in later) == 0


def test_a_month_without_lines_is_a_heading(store):
    for kind in Export.Kind.values:
        head, *rows = exports.rows(content(asked(store, kind)))
        assert (rows, head[-1]) == ([], "导出人：钱慧")
        (sheet,) = exports.sheets(content(asked(store, kind, "xlsx")))
        assert sheet.max_row == 1


# ── no cell is a formula ──


@pytest.mark.parametrize("name", FORMULAS)
def test_no_name_becomes_a_formula_in_any_column(month, name):
    User.objects.update(name=name)
    Customer.objects.update(name=name)
    Organisation.objects.update(name=name)
    for kind in ("splits", "statements", "ledger"):
        for row in exports.rows(content(asked(month, kind))):
            money = [cell for cell in row if cell.replace("-", "", 1).replace(".", "", 1).isdigit()]
            assert not any(cell[:1] in "=+-@\t\r＝＋－＠" for cell in row if cell and cell not in money)
        (sheet,) = exports.sheets(content(asked(month, kind, "xlsx")))
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("sign", ["\\", "\t", "\n", "\r", "\x0b", '"', ",", MARK])
def test_a_sign_by_which_the_database_parts_its_cells_comes_through(month, sign):
    Customer.objects.update(name=f"{sign}N")
    found = lines(month, "splits")
    assert {line["客户"] for line in found} == {safe(f"{sign}**")}
    assert {line["手机号"] for line in found} == {"139****3333"}, "what is said beside stands in such a line too"


# ── whose, and for how long ──


def test_only_who_asked_for_it_gets_it_and_only_for_a_quarter_of_an_hour(month, estate, signed_in):
    url = exports.asked(make.proven(signed_in(month.finance)))
    page = url.removesuffix("/file")
    assert make.read(signed_in(month.finance).get(url)).startswith(b"\xef\xbb\xbf")
    for stranger in (month.general, month.manager, month.li, estate.finance, estate.general):
        assert [signed_in(stranger).get(one).status_code for one in (url, page)] == [404, 404]
        assert signed_in(stranger).post(f"{page}/retry").status_code == 404
    elsewhere = make.person("finance", "钱慧", "finance", estate.project)  # the same person at work in another project
    assert signed_in(elsewhere).get(url).status_code == 404
    with clock.standing_at(LATER):
        assert signed_in(month.finance).get(url).status_code == 404
        assert "链接已过期" in signed_in(month.finance).get(page).content.decode()
    assert Noted.objects.filter(action="export.take").count() == 1


def test_who_may_no_longer_export_gets_nothing_of_what_they_asked_for(month, signed_in):
    url = exports.asked(make.proven(signed_in(month.finance)))
    month.finance.user.memberships.update(until=make.MOMENT)
    assert signed_in(month.finance).get(url).status_code == 404


def test_the_bytes_are_deleted_after_the_link_has_expired(month, do_jobs):
    export = asked(month)
    with clock.standing_at(LATER):
        background.forget_exports.call()
        assert ExportPart.objects.exists()  # somebody may be in the middle of fetching it
    with clock.standing_at(LATER + timedelta(minutes=15)):
        background.forget_exports.call()
    assert not ExportPart.objects.exists()
    assert Export.objects.get() == export  # that it was made stays on record


@pytest.mark.parametrize("here", ["li", "manager", "admin", "designer"])
def test_who_may_not_export_asks_in_vain(month, here):
    with pytest.raises(Refusal) as refused:
        asked(month, here=getattr(month, here))
    assert (refused.value.code, Export.objects.count()) == ("export_not_yours", 0)


def test_only_the_ledger_is_handed_out_for_beancount(month):
    with pytest.raises(Refusal) as refused:
        asked(month, "splits", "beancount")
    assert refused.value.code == "beancount_is_the_ledger"


# ── numbers ──


def test_numbers_are_masked_unless_somebody_who_may_see_them_says_why(month, signed_in):
    assert {line["手机号"] for line in lines(month, "splits")} == {"139****3333"}
    for here, more, code in (
        (month.finance, {"whole": True, "reason": "对账"}, "reveal_not_yours"), (month.general, {"whole": True}, "reveal_why"),
        (month.general, {"whole": True, "reason": "对账", "kind": "ledger"}, "reveal_not_yours"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            asked(month, here=here, **more)
        assert refused.value.code == code
    assert "whole" not in signed_in(month.finance).get(exports.PAGE).content.decode()
    client = make.proven(signed_in(month.general))
    assert client.post(exports.PAGE, {"kind": "splits", "form": "csv", "whole": "on"}).status_code == 422
    rows = exports.rows(exports.fetched(client, whole="on", reason="和银行对账"))
    assert not any(make.PHONE.encode() in bytes(part.content) for part in ExportPart.objects.all()), "it lies sealed"
    assert {row[4] for row in rows[1:]} == {"13912343333"}
    entry = Noted.objects.filter(action="export.ask").latest("pk")
    assert (entry.actor, entry.detail["whole"], entry.detail["reason"]) == (
        str(month.general.user.pk),
        True,
        "和银行对账",
    )


def test_of_several_numbers_the_first_stands_in_a_line_and_of_none_nothing(month):
    customer = Customer.objects.get(deals__isnull=False)
    customer.phones.add(Phone.of(customer, "+8613800001111", make.MOMENT), bulk=False)
    assert [line["手机号"] for line in lines(month, "splits")] == ["139****3333"] * 2
    Phone.objects.filter(customer=customer).delete()
    assert [line["手机号"] for line in lines(month, "splits")] == [""] * 2


# ── long ones ──


@pytest.fixture
def long_one(month, monkeypatch, signed_in):
    """Asked for by 钱慧; too long to be made at once."""
    monkeypatch.setattr(exporting, "SMALL", 0)
    client = make.proven(signed_in(month.finance))
    return client, exports.asked(client)


def test_a_long_one_is_made_by_a_worker_and_its_page_says_how_far_it_is(long_one, do_jobs, store):
    client, page = long_one
    export = Export.objects.get()
    assert (page, export.state, export.rows) == (f"/exports/{export.no}", "waiting", 2)
    assert client.get(f"{page}/file").status_code == 404
    Export.objects.update(state="running", done_rows=1)
    text = client.get(page).content.decode()
    assert 'hx-trigger="every 2s"' in text
    assert '<progress id="done" max="2" value="1">' in text
    assert f'href="{page}"' in text  # without JavaScript: a link
    do_jobs()
    text = client.get(page).content.decode()
    assert 'hx-trigger="every 2s"' not in text
    assert f'href="{page}/file"' in text
    assert exports.rows(make.read(client.get(f"{page}/file")))[1][1].startswith("HT-")
    told = Message.objects.get(kind="export.done")
    assert (told.to, told.link) == (str(store.finance.user.pk), page)


def test_one_whose_worker_was_killed_is_begun_anew(long_one, do_jobs):
    ExportPart.objects.create(export=Export.objects.get(), number=1, content=b"half")
    Export.objects.update(state="running", done_rows=1)
    do_jobs()
    export = Export.objects.get()
    assert (export.state, export.done_rows, content(export)[:3]) == ("done", 2, b"\xef\xbb\xbf")


def test_one_that_fails_says_so_and_can_be_tried_again(long_one, do_jobs, monkeypatch):
    client, page = long_one

    def broken(ask):
        raise DatabaseError("no answer")

    with monkeypatch.context() as meanwhile:
        meanwhile.setitem(TABLES, "splits", broken)
        background.make_export.call(Export.objects.get().pk)
    text = client.get(page).content.decode()
    assert "没导成，什么都没给出去" in text
    assert client.get(f"{page}/file").status_code == 404
    assert not ExportPart.objects.exists()
    assert Message.objects.filter(kind="export.failed").count() == 1
    assert client.post(f"{page}/retry").url == page
    assert client.post(f"{page}/retry").status_code == 409  # it is at it
    do_jobs()
    assert client.get(f"{page}/file").status_code == 200


def test_what_nobody_has_been_at_for_a_day_has_failed(long_one):
    with clock.standing_at(make.MOMENT + timedelta(days=1)):
        background.forget_exports.call()
    assert Export.objects.get().state == "failed"


def test_nobody_has_more_than_three_unfinished(long_one, store, monkeypatch):
    for _ in range(2):
        asked(store)
    with pytest.raises(Refusal) as refused:
        asked(store)
    assert (refused.value.code, refused.value.status) == ("exports_busy", 429)
    assert asked(store, here=store.general).state == "waiting"


def test_a_file_of_several_pieces_is_what_was_written(month, monkeypatch):
    whole = content(asked(month))
    monkeypatch.setattr(storing, "PIECE", 100)
    export = asked(month)
    assert (content(export), export.size, export.parts.count()) == (whole, len(whole), -(-len(whole) // 100))


# ── pages ──


def test_without_proof_nothing_is_exported_and_what_was_chosen_stays(month, signed_in):
    client = signed_in(month.finance)
    answer = client.post(exports.PAGE, {"kind": "ledger", "form": "beancount"})
    assert answer.status_code == 422
    assert [answer.context["form"][name].value() for name in ("kind", "form")] == ["ledger", "beancount"]
    assert not Export.objects.exists()
    answer = client.post(exports.PAGE, {"kind": "ledger", "form": "beancount", "password": make.PASSWORD})
    assert answer.status_code == 302
    sent = client.get(answer.url)
    assert sent["Content-Disposition"] == 'attachment; filename="ledger-202504.beancount"'
    assert int(sent["Content-Length"]) == len(make.read(sent))


def test_the_list_says_who_exported_what_and_leads_to_ones_own_only(month, signed_in):
    own, other = asked(month), asked(month, "ledger", here=month.general)
    text = signed_in(month.finance).get(exports.PAGE).content.decode()
    assert f'href="/exports/{own.no}"' in text
    assert other.no in text
    assert f'href="/exports/{other.no}"' not in text
    assert "陈光" in text
