"""What of a notebook is asked for: filters, search, order, paging by index; print and export; a manager's look."""

import csv
import io
import re
from contextlib import closing
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from leads.models import Customer, NotebookEntry, Profile
from leads.reads.notebooks import Notebook, Wanted, counts, first_rows, page
from leads.services import grade, keep_profile, log_contact, sign_deal, write_note
from tests import database, make
from trail.models import Entry

pytestmark = pytest.mark.usefixtures("at_noon")
ME = reverse("me")


def text(response):
    return response.content.decode()


def found(here, *, book="collection", at=make.MOMENT, **wanted):
    """The names in a notebook, in its order."""
    return [row.name for row in first_rows(Notebook(here, here.user, book, at, Wanted(**wanted)), 40)]


@pytest.fixture
def kept(estate):
    """许平's collection: one runs out today, one later, one is 高翔's by now, one is masked."""
    make.registered(estate.anju, make.at("2025-04-27 10:00"), number="13812340003", name="赵别人")
    for when, number, name in (
        ("2025-04-21 10:00", "13812340001", "钱快到"), ("2025-04-26 10:00", "13812340002", "孙中间"),
        ("2025-04-28 10:00", "13812340003", "赵别人"), ("2025-04-28 11:00", "138****0004", "李隐号"),
    ):  # fmt: skip
        make.registered(estate.xu, make.at(when), number=number, name=name)
    return estate


def test_what_runs_out_first_stands_first_then_the_newest(kept):
    assert found(kept.xu) == ["钱快到", "孙中间", "李隐号", "赵别人"]
    assert found(kept.xu, order="new") == ["李隐号", "赵别人", "孙中间", "钱快到"]
    assert found(kept.xu, order="old") == ["钱快到", "孙中间", "赵别人", "李隐号"]


@pytest.mark.parametrize(
    ("state", "names"), [("soon", ["钱快到"]), ("gone", ["赵别人"]), ("masked", ["李隐号"]), ("lacking", ["李隐号"])]
)
def test_the_states(kept, state, names):
    assert found(kept.xu, state=state) == names


def test_by_day_stage_grade_and_source(kept):
    customer = make.customer("13812340002")
    keep_profile(
        here=kept.xu, customer=customer, needs="", intent="", region="", industry="", stage="quote", at=make.MOMENT
    )
    grade(
        here=kept.manager, customer=customer, potential=3, importance=3, loyalty_high=None, profit_high=None, at=make.MOMENT
    )  # fmt: skip
    Customer.objects.filter(pk=customer.pk).update(source="referral")
    day = make.at("2025-04-28 00:00").date()
    assert (
        found(kept.xu, stage="quote") == found(kept.xu, letter="A") == found(kept.xu, source="referral") == ["孙中间"]
    )
    assert found(kept.xu, letter="B") == []
    assert found(kept.xu, stage="develop") == ["钱快到", "赵别人"]
    assert found(kept.xu, first=day, last=day) == ["李隐号", "赵别人"]


def test_whom_i_was_not_in_touch_with_for_days(kept):
    log_contact(here=kept.xu, customer=make.customer("13812340001"), mode="call", at=make.at("2025-04-27 10:00"))
    assert found(kept.xu, idle_days=2) == ["孙中间"]
    assert found(kept.xu, idle_days=1) == ["钱快到", "孙中间"]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("钱", ["钱快到"]), ("qiankuai", ["钱快到"]), ("szj", ["孙中间"]), ("13812340002", ["孙中间"]), ("0002", ["孙中间"]),
        ("138****0002", ["孙中间"]), ("13812340004", ["李隐号"]), ("0004", ["李隐号"]), ("李", ["李隐号"]),
        ("13912340002", []), ("9999", []),
    ],
)  # fmt: skip
def test_somebody_is_found_by_name_pinyin_or_number(kept, said, names):
    assert found(kept.xu, text=said) == names


def test_a_search_is_posted_so_that_no_number_stands_in_an_address(kept, signed_in):
    client = signed_in(kept.xu)
    shown = text(client.post(ME, {"q": "13812340002"}))
    assert "孙中间" in shown
    assert "钱快到" not in shown
    assert "13812340002" not in shown.replace('value="13812340002"', "")
    assert 'method="post" action="?" class="row" role="search"' in shown


def test_filters_stand_in_the_address_and_can_be_cleared(kept, signed_in):
    client = signed_in(kept.xu)
    shown = text(client.get(ME, {"state": "soon"}))
    assert "钱快到" in shown
    assert "孙中间" not in shown
    assert "没有符合的" in text(client.get(ME, {"stage": "sign"}))
    assert "钱快到" in text(client.get(ME, {"stage": "nonsense", "first": "x"}))


# ── what a line says ──


def test_a_visit_without_a_record_is_incomplete_and_after_24_hours_overdue(store, signed_in):
    make.arrived(store, make.at("2025-04-27 14:04"), asked_for=store.li.user)
    make.arrived(store, make.at("2025-04-27 14:05"), number="13812340001", name="李", asked_for=store.li.user)
    client = signed_in(store.li)
    shown = text(client.get(ME, {"book": "visit"}))
    assert shown.count("不全：缺详细记录") == 2
    assert shown.count("24 小时内没写记录") == 1  # at exactly 24 hours it is in time (D12-6.3a/T2)
    line = NotebookEntry.objects.filter(book="visit").earliest("at")
    address = reverse("line_note", args=[line.pk])
    assert client.post(address, {"note": "询问一年期产品"}).status_code == 302
    shown = text(client.get(ME, {"book": "visit"}))
    assert "询问一年期产品" in shown
    assert "过了 24 小时才写" in shown
    assert client.post(address, {"note": "改一改"}).status_code == 409
    assert signed_in(store.wang).get(address).status_code == 404


def test_a_signed_line_shows_amount_and_term_and_lacks_what_is_not_there(store, signed_in):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    for term in (None, 12):
        signed(store, term)
    shown = text(signed_in(store.li).get(ME, {"book": "signed"}))
    assert "¥10,000.00" in shown
    assert "12 个月" in shown
    assert shown.count("不全：缺期限") == 1
    assert found(store.li, book="signed", state="lacking") == ["张建国"]


def signed(store, term):
    return sign_deal(
        here=store.li, customer=make.customer(), closer=store.li.user, amount_fen=1_000_000, commission_fen=30_000,
        designer=None, term_months=term, at=make.at("2025-04-25 11:00"),
    )  # fmt: skip


# ── a manager's look ──


def test_a_manager_opens_anybody_s_notebooks_and_a_salesperson_only_their_own(store, signed_in):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    boss, theirs = signed_in(store.manager), reverse("books_of", args=[store.li.user.pk])
    assert f'href="{theirs}"' in text(boss.get(reverse("books")))
    shown = text(boss.get(theirs))
    assert "李强的三本" in shown
    assert "张建国先生" in shown
    assert "归本人" in shown
    assert "张建国" in text(boss.post(theirs, {"q": "zjg"}))
    for page_ in (reverse("books"), theirs, reverse("books_csv", args=[store.li.user.pk])):
        assert signed_in(store.wang).get(page_).status_code == 404


# ── paper and files ──


def test_the_print_has_all_fields_and_only_the_last_four_digits(store, signed_in):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    keep_profile(
        here=store.li, customer=make.customer(), needs="四居室", intent="未定", region="城北", industry="教育", stage="follow",
        at=make.MOMENT,
    )  # fmt: skip
    shown = text(signed_in(store.li).get(reverse("me_print")))
    for word in (
        "李强",
        "张建国先生",
        "*******3333",
        "四居室",
        "未定",
        "城北",
        "教育",
        "跟进",
        "外拓",
        "2025-04-20 10:00",
    ):
        assert word in shown
    assert "1391234" not in shown


def sheet(client, address):
    return openpyxl.load_workbook(io.BytesIO(make.read(client.get(address)))).active


def test_an_export_asks_who_is_there_and_stands_in_the_audit_log(store, signed_in):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    client = signed_in(store.li)
    assert client.get(reverse("me_csv")).status_code == 302
    rows = list(csv.reader(io.StringIO(make.read(make.proven(client).get(reverse("me_csv"))).decode("utf-8-sig"))))
    assert rows[1][1:3] == ["张建国先生", "*******3333"]
    entry = Entry.objects.get(action="notebook.export")
    assert (entry.actor, entry.detail) == (
        str(store.li.user.pk), {"book": "collection", "lines": 1, "form": "csv", "whole": False},
    )  # fmt: skip


def test_whole_numbers_are_exported_by_who_may_see_them_only(store, signed_in):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    boss = make.proven(signed_in(store.manager))
    theirs = reverse("books_xlsx", args=[store.li.user.pk])
    assert sheet(boss, theirs)["C2"].value == "*******3333"
    assert sheet(boss, f"{theirs}?whole=1")["C2"].value == "13912343333"
    assert sheet(make.proven(signed_in(store.li)), f"{reverse('me_xlsx')}?whole=1")["C2"].value == "*******3333"
    assert Entry.objects.filter(action="notebook.export", detail__whole=True).count() == 1


def test_no_cell_is_a_formula_and_money_is_a_number(store, signed_in):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    deal = signed(store, 12)
    Customer.objects.filter(pk=deal.customer_id).update(name="=cmd|' /C calc'!A0", honorific="")
    Profile.objects.update(needs="@SUM(A1)")
    make.arrived(store, make.at("2025-04-26 10:00"), asked_for=store.li.user)
    write_note(here=store.li, line=NotebookEntry.objects.get(book="visit"), note="+86", at=make.MOMENT)
    client = make.proven(signed_in(store.li))
    for book in ("collection", "visit", "signed"):
        table = sheet(client, f"{reverse('me_xlsx')}?book={book}")
        assert all(cell.data_type != "f" for row in table.iter_rows() for cell in row)
        lines = csv.reader(io.StringIO(make.read(client.get(f"{reverse('me_csv')}?book={book}")).decode("utf-8-sig")))
        assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)
    assert Decimal(str(table["E2"].value)) == Decimal("10000.00")


# ── a hundred thousand lines ──


FILL = (
    "INSERT INTO leads_customer (id, kind, name, honorific, pinyin, initials, source, code, company_key, created_at)"
    " SELECT gen_random_uuid(), 'person', '客户' || n, '', 'kehu', 'kh', 'field', '', '', now() FROM generate_series(1, 60000) n",
    "INSERT INTO leads_notebookentry (project_id, customer_id, user_id, book, source, at)"
    " SELECT {project}, id, CASE WHEN row_number() OVER () <= 30000 THEN {user} ELSE {other} END, 'collection', 'x',"
    " created_at - random() * interval '90 days' FROM leads_customer",
    "INSERT INTO leads_ownership (project_id, customer_id, holder, user_id, since, protected_until, stage, reason, source, by)"
    " SELECT {project}, id, 'person', {user}, '2025-04-20', '2025-04-29'::timestamptz + random() * interval '7 days', 'only',"
    " 'registered', 'x', 'x' FROM leads_customer LIMIT 10000",
    "ANALYZE",
)


def test_a_page_of_a_long_notebook_walks_indexes_and_reads_a_few_rows(committed, at_noon):
    estate = make.estate()
    with closing(database.owner()) as owner, owner.cursor() as cursor:  # only the owner's ANALYZE counts
        for statement in FILL:
            cursor.execute(
                statement.format(project=estate.project.pk, user=estate.xu.user.pk, other=estate.anju.user.pk)
            )
        owner.commit()
    notebook = Notebook(estate.xu, estate.xu.user, "collection", make.MOMENT)
    total = counts(estate.project, estate.xu.user)["collection"]
    assert total == 30_000
    assert page(notebook, "2", total).paginator.num_pages == 750
    for part, index in zip(notebook.parts(), ("ownership_of_person", "notebook_of_person"), strict=True):
        plan = part[:40].explain(analyze=True)
        assert index in plan
        assert "Seq Scan on leads_notebookentry" not in plan
        assert float(re.search(r"Execution Time: ([\d.]+)", plan)[1]) < 100
