"""Gifts at the door: offered, given once a visit, and never more than there are (D01-2.s4, D01-1.f5, G-34)."""

import threading

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import make
from tests.racing import at_once, refused_or
from trail.refusals import Refusal
from visits import services
from visits.gifts import gift_of, offered
from visits.models import Gift, GiftMove, Visit
from visits.services import gifts

NOON = make.at("2025-04-28 12:00")


def a_gift(store, name="保温杯", stock=None):
    return services.add_gift(here=store.admin, site=store.site, name=name, stock=stock, at=NOON)


def leave(store, visit, gift):
    return services.leave(here=store.desk, visit=visit, gift=gift, at=make.at("2025-04-28 15:00"))


@pytest.mark.django_db
def test_the_desk_offers_what_has_not_ended_and_is_in_stock(store):
    a_gift(store, "雨伞"), a_gift(store, "保温杯", 1), a_gift(store, "台历", 0)
    services.end_gift(here=store.admin, gift=a_gift(store, "旧礼品"), ended=True, at=NOON)
    assert sorted(gift.name for gift in offered(store.site)) == ["保温杯", "雨伞"]


@pytest.mark.django_db
def test_a_gift_is_given_once_a_visit_and_leaves_the_stock(store):
    cup, visit = a_gift(store, stock=2), make.arrived(store, make.MOMENT)
    leave(store, visit, cup)
    visit.refresh_from_db(), cup.refresh_from_db()
    assert (visit.gift, visit.gift_item, visit.gift_asked, cup.stock) == ("保温杯", cup, True, 1)
    assert [(m.count, m.visit_no) for m in cup.moves.order_by("pk")] == [(2, ""), (-1, visit.no)]
    with pytest.raises(Refusal, match="礼品已经记过了"):
        services.answer_gift(here=store.desk, visit=visit, gift=cup, at=make.at("2025-04-28 15:01"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "code"), [({"stock": 0}, "gift_out"), ({"ended_at": NOON}, "gift_not_given")]
)  # fmt: skip
def test_what_is_gone_is_not_given_and_the_visitor_has_not_left(store, spoil, code):
    cup, visit = a_gift(store, stock=1), make.arrived(store, make.MOMENT)
    Gift.objects.filter(pk=cup.pk).update(**spoil)
    with pytest.raises(Refusal) as refused:
        leave(store, visit, cup)
    assert refused.value.code == code
    assert Visit.objects.get(pk=visit.pk).left_at is None
    assert cup.moves.count() == 1


@pytest.mark.django_db
def test_a_gift_of_another_site_is_not_given(store, estate):
    other = services.add_gift(here=store.admin, site=estate.site, name="伞", stock=None, at=NOON)
    with pytest.raises(Refusal, match="换一样"):
        leave(store, make.arrived(store, make.MOMENT), other)
    with pytest.raises(Refusal, match="没有这种礼品"):
        gift_of(store.site, str(other.pk))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("count", "note", "code"),
    [
        (0, "进货", "gift_count_missing"),
        (1, " ", "gift_note_missing"),
        (-3, "坏了", "gift_out"),
        (40_000, "进货", "gift_count_too_big"),
    ],
)
def test_the_stock_moves_with_a_note_and_never_below_zero(store, count, note, code):
    cup = a_gift(store, stock=2)
    with pytest.raises(Refusal) as refused:
        services.move_stock(here=store.admin, gift=cup, count=count, note=note, at=NOON)
    assert refused.value.code == code
    services.move_stock(here=store.admin, gift=cup, count=-2, note="送领导", at=NOON)
    cup.refresh_from_db()
    assert cup.stock == 0


@pytest.mark.django_db
def test_what_nobody_counts_is_given_all_the_same_and_has_no_stock_to_move(store):
    umbrella, visit = a_gift(store, "雨伞"), make.arrived(store, make.MOMENT)
    leave(store, visit, umbrella)
    assert umbrella.moves.get().visit_no == visit.no
    with pytest.raises(Refusal, match="不记库存"):
        services.move_stock(here=store.admin, gift=umbrella, count=1, note="进货", at=NOON)


# ── the last one, given twice at once ──


def two_visitors_and_one_cup():
    store = make.store()
    visits = [make.arrived(store, make.MOMENT, number=f"1390000000{i}") for i in range(2)]
    return store, a_gift(store, stock=1), visits


def test_of_two_who_give_the_last_gift_at_once_one_wins_and_the_other_is_told(committed):
    store, cup, visits = two_visitors_and_one_cup()
    came_to = at_once(*(lambda v=v: leave(store, v, cup) for v in visits))
    assert sorted(refused_or(came_to, "given")) == ["gift_out", "given"]
    cup.refresh_from_db()
    assert cup.stock == sum(move.count for move in cup.moves.all()) == 0
    assert Visit.objects.filter(left_at=None).count() == 1


def test_without_the_lock_both_are_told_that_they_gave_it(committed, monkeypatch):
    """The guard off: two read that one is left, and the stock no longer says what was handed out."""
    store, cup, visits = two_visitors_and_one_cup()
    both_read = threading.Barrier(2, timeout=30)
    monkeypatch.setattr(gifts.Gift.objects, "select_for_update", lambda *a, **k: Gift.objects.all())
    moved = gifts._move

    def slowly(*args, **kwargs):
        both_read.wait()
        moved(*args, **kwargs)

    monkeypatch.setattr(gifts, "_move", slowly)
    came_to = at_once(*(lambda v=v: leave(store, v, cup) for v in visits))
    assert refused_or(came_to, "given") == ["given", "given"]
    assert Gift.objects.get(pk=cup.pk).stock == 0
    assert sum(GiftMove.objects.values_list("count", flat=True)) == -1


# ── the ledger is the stock ──

ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(-4, 4)), st.tuples(st.just("give"), st.just(0)), st.tuples(st.just("swap"), st.just(0)),
    ),
    max_size=12,
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(start=st.integers(0, 3), acts=ACTS)
def test_whatever_is_done_the_ledger_sums_to_the_stock_and_it_is_never_below_zero(start, acts):
    with transaction.atomic():
        store = make.store()
        cup, tea = a_gift(store, stock=start), a_gift(store, "茶叶", 2)
        for i, (act, count) in enumerate(acts):
            _do(store, act, count, cup, tea, i)
            for gift in (cup, tea):
                gift.refresh_from_db()
                assert gift.stock == sum(gift.moves.values_list("count", flat=True)) >= 0
        transaction.set_rollback(True)


def _do(store, act, count, cup, tea, i):
    try:
        if act == "move":
            services.move_stock(here=store.admin, gift=cup, count=count, note="盘点", at=NOON)
            return
        visit = make.arrived(store, make.MOMENT, number=f"138000{i:05d}")
        leave(store, visit, cup)
        if act == "swap":
            given_ = {"gift": tea}
            services.correct(
                here=store.desk, visit=visit, given=given_, reason="拿错了", at=make.at("2025-04-28 16:00")
            )
    except Refusal:
        pass
