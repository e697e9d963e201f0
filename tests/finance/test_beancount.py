"""The ledger as Beancount text: a checker that is none of ours agrees with it, and does not agree when a posting is changed."""

import re
import subprocess
import sys
from collections import defaultdict

import pytest
from django.db.models import Sum

from arbitration.shares import Key, Kind
from finance import beancount
from finance.exports import Ask, storing
from finance.models import Account, Entry, Period, Posting
from finance.services.exporting import ask_for_export
from finance.services.posting import Line, post, reverse
from people.models import User
from tests import make, procedure
from tests.arbitration.test_collisions import signed

pytestmark = pytest.mark.django_db
PERSON = Kind.PERSON


@pytest.fixture
def books(store):
    """April: a ruling and its reversal, credit beside commission. May: a deduction and a bonus, and what came too late for April."""
    case = procedure.contested(store)
    signed(store, store.wang, commission=6_000_01, when=make.at("2025-04-20 10:00"))
    procedure.ruled(store, case, shares=[(store.li.user, 3_333), (store.wang.user, 6_667)])
    User.objects.filter(pk=store.li.user.pk).update(name='李"强\\\n; =')
    li, may = Key(PERSON, store.li.user.pk), make.at("2025-05-10 09:00")
    for kind, lines in (
        (Entry.Kind.DEDUCTION, [Line(Account.Kind.DEDUCTION, -200_00, li), Line(Account.Kind.RECOVERED, 200_00)]),
        (Entry.Kind.REWARD, [Line(Account.Kind.BONUS, 500_00, li), Line(Account.Kind.REWARDS, -500_00)]),
    ):
        post(project=store.project, book=Entry.Book.COMMISSION, kind=kind, lines=lines, at=may, source="CF-1")
    reverse(Entry.objects.filter(kind=Entry.Kind.ACCRUAL, book=Entry.Book.COMMISSION).latest("pk"), at=may)
    return store


def text(store, month="202505"):
    ask = Ask(store.project, month, store.finance.user)
    return "".join(beancount.text(ask, lambda _lines: None))


def checked(tmp_path, said):
    """What bean-check says: nothing where it agrees."""
    file = tmp_path / "ledger.beancount"
    file.write_text(said, "utf-8")
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "beancount.scripts.check", "--no-cache", str(file)], capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert (told.returncode == 0) == (not told.stderr.strip())
    return told.stderr


def test_bean_check_agrees(books, tmp_path):
    assert checked(tmp_path, text(books)) == ""
    assert checked(tmp_path, text(books, "202504")) == ""


def test_bean_check_finds_a_posting_that_was_changed_and_one_that_is_missing(books, tmp_path):
    said = text(books)
    one = re.search(r"^  Liabilities:Payable:Person\d+  (-\d+\.\d\d) CNY$", said, re.M)
    assert "does not balance" in checked(tmp_path, said[: one.start(1)] + "-9.99" + said[one.end(1) :])
    entries = re.split(r"(?m)^(?=\d{4}-\d\d-\d\d \*)", said)
    assert "Balance failed" in checked(tmp_path, "".join(entries[:1] + entries[2:]))


def test_a_balance_is_what_the_ledger_holds(books):
    """From the sums of the database, with the opposite sign."""
    last = dict(
        ((name, commodity), amount)
        for name, amount, commodity in re.findall(r"^\S+ balance (\S+)  (\S+) (CNY|YEJI)$", text(books), re.M)
    )
    held = defaultdict(int)
    for row in Posting.objects.values("account", "entry__book").annotate(fen=Sum("amount_fen")):
        account = Account.objects.get(pk=row["account"])
        held[beancount._name(account), beancount.CURRENCY[row["entry__book"]]] = row["fen"]
    assert {key: round(float(amount) * 100) for key, amount in last.items()} == {key: -fen for key, fen in held.items()}


def test_an_entry_names_its_number_its_deal_its_ruling_and_its_case(books):
    said, entry = text(books), Entry.objects.filter(ruling__isnull=False).earliest("pk")
    for fact in (
        f'entry: "{entry.no}"', f'deal: "{entry.deal.no}"', f'ruling: "{entry.ruling.no}"', f'case: "{entry.ruling.collision.no}"',
        'source: "CF-1"', 'name: "李\\"强\\\\ ; ="', '; 导出人：钱慧，账目截至 2025-05-10 09:00:00',
    ):  # fmt: skip
        assert fact in said


def test_what_came_after_its_month_was_closed_stands_on_the_first_of_the_month_it_was_posted_in(books, tmp_path):
    late = make.at("2025-05-20 09:00")
    Period.objects.update_or_create(project=books.project, month="202505", defaults={"closed_at": late})
    li = Key(PERSON, books.li.user.pk)
    lines = [Line(Account.Kind.DEDUCTION, -1, li), Line(Account.Kind.RECOVERED, 1)]
    entry = post(project=books.project, book="commission", kind=Entry.Kind.DEDUCTION, lines=lines, at=late)
    said = text(books, "202506")
    assert re.search(rf'^2025-06-01 \* "扣款"\n  entry: "{entry.no}"', said, re.M)
    assert checked(tmp_path, said) == ""


def test_it_is_the_same_file_again(books):
    one, two = (
        ask_for_export(here=books.finance, month="202505", kind="ledger", form="beancount", at=make.MOMENT)
        for _ in range(2)
    )
    assert bytes(one.sha256) == bytes(two.sha256)
    assert b"".join(storing.content(one)).decode() == text(books)
    assert one.rows == Posting.objects.count()
