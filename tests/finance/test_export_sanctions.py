"""Sanctions of a month as a file: what is only on record pays nothing, what was posted pays what was posted (trust.md §4.2)."""

from datetime import timedelta

import pytest

from penalties.models import Nature, Sanction, SanctionStep
from tests import exports, make
from tests.finance.test_export_files import asked, content, lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def sanctioned(store, nature, fen, *steps, **more):
    """A sanction against 李强 with these steps after the proposal, on 28 April and the days after."""
    row = Sanction.objects.create(
        no=f"CF-{Sanction.objects.count() + 1}", project=store.project, to=store.li.user, kind="fine", nature=nature, amount_fen=fen,
        clause="D17-1.c", policy="house@3", act="conduct:1", reason="迟到", by=store.manager.user, at=make.MOMENT, **more,
    )  # fmt: skip
    for number, (kind, amount) in enumerate((("proposed", None), *steps), start=1):
        entry = f"FL-{number}" if kind == "posted" else ""
        SanctionStep.objects.create(
            sanction=row, number=number, kind=kind, amount_fen=amount, entry_no=entry, by=store.general.user,
            at=make.MOMENT + timedelta(hours=number),
        )  # fmt: skip
    return row


def test_a_sanction_that_is_only_on_record_pays_nothing_and_one_that_was_posted_pays_what_was_posted(store):
    sanctioned(store, Nature.FINE, 500_00, ("noticed", None), ("decided", 500_00))
    sanctioned(
        store, Nature.VARIABLE_PAY, 300_00, ("noticed", None), ("decided", 300_00), ("acknowledged", None), ("payable", None),
        ("posted", 200_00),
    )  # fmt: skip
    sanctioned(store, Nature.FINE, 900_00, ("noticed", None))  # nothing is decided yet
    fine, pay = lines(store, "penalties")
    told = ("处分编号", "对谁", "决定金额（元）", "本期入账（元）", "发薪", "条款", "规则版本", "分录号")
    assert [fine[name] for name in told] == [
        "CF-1",
        "李强",
        "500.00",
        "0.00",
        "只记录，不从工资里扣",
        "D17-1.c",
        "house@3",
        "",
    ]
    assert [pay[name] for name in told] == [
        "CF-2",
        "李强",
        "300.00",
        "200.00",
        "按入账金额",
        "D17-1.c",
        "house@3",
        "FL-6",
    ]
    (sheet,) = exports.sheets(content(asked(store, "penalties", "xlsx")))
    assert [row[7].value for row in sheet.iter_rows(min_row=2)] == [0, 200]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_same_month_gives_the_same_bytes(store, form):
    sanctioned(store, Nature.FINE, 500_00, ("noticed", None), ("decided", 500_00))
    sanctioned(store, Nature.VARIABLE_PAY, 300_00, ("decided", 300_00), ("payable", None), ("posted", 200_00))
    first, second = (content(asked(store, "penalties", form)) for _ in range(2))
    assert first == second
    assert first != content(asked(store, "penalties", form, here=store.general))  # it names who exported it


def test_a_month_stays_as_it_was_when_a_sanction_is_reversed_in_a_later_one(store):
    steps = (("decided", 300_00), ("acknowledged", None), ("payable", None), ("posted", 200_00))
    row = sanctioned(store, Nature.LOSS_COMPENSATION, 300_00, *steps)
    before = content(asked(store, "penalties"))
    may = make.at("2025-05-06 09:00")
    for number, (kind, fen) in enumerate((("reversed", None), ("posted", -200_00)), start=6):
        SanctionStep.objects.create(
            sanction=row, number=number, kind=kind, amount_fen=fen, entry_no="FL-9" if fen else "",
            by=store.general.user, at=may + timedelta(hours=number),
        )  # fmt: skip
    assert content(asked(store, "penalties")) == before
    (april,) = lines(store, "penalties")
    (later,) = lines(store, "penalties", month="202505")
    told = ("本期入账（元）", "分录号", "进度")
    assert [april[name] for name in told] == ["200.00", "FL-5", "入账"]
    assert [later[name] for name in told] == ["-200.00", "FL-9", "撤销"]
