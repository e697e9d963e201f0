"""Posting what sanctions and rewards come to: by finance, chosen one by one, within the guard of wages, never netted."""

import pytest

from finance import services
from finance.models import Entry
from finance.reads.holders import NOTHING, holders
from finance.reads.tasks import tasks
from penalties import services as penalties
from tests import ledger, make, sanctions
from tests.sanctions import against, released, ruled
from trail import clock
from trail.models import Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
JUNE, LATER = "202506", make.at("2025-07-02 09:00")


@pytest.fixture
def row(store):
    (made,) = ruled(store, against(store.wang, "compensation", 2_000_00, "D13-6.2"))
    sanctions.adopted(store)
    sanctions.wage(store, store.wang, 8_000_00)
    return released(store, made)


def post(store, *numbers, month=JUNE, here=None, at=LATER):
    return services.post_due(here=here or store.finance, month=month, numbers=numbers, at=at)


def refused(act, *args, **given):
    with pytest.raises(Refusal) as refusal:
        act(*args, **given)
    return refusal.value.code


def task(store):
    return {one.code: one for one in tasks(store.project, JUNE, LATER)}["sanctions"]


def test_a_compensation_is_deducted_within_the_guard_in_the_month_that_it_is_posted_for(store, row):
    """G-25: twenty per cent of a wage of ¥8,000; the month is over, so it stands on its last day."""
    assert [thing.no for thing in task(store).things] == [row.no]
    (entry,) = post(store, row.no)
    assert (entry.period, entry.kind, entry.source, entry.clauses, entry.by) == (
        JUNE, "deduction", row.no, "D13-6.2", store.finance.user,
    )  # fmt: skip
    (mine,) = [one for one in holders(store.project, JUNE) if one.name == "王芳"]
    assert (mine.sums.deducted, mine.sums.commission) == (-1_600_00, 0)
    assert (task(store).done, ledger.balanced()) == (True, True)
    assert refused(post, store, row.no) == "not_payable"


def test_who_posts_and_what(store, row):
    for here in (store.manager, store.general, store.li):
        assert refused(post, store, row.no, here=here) == "not_yours_to_post"
    assert refused(post, store) == "nothing_chosen"
    assert refused(post, store, "CF-0") == "not_payable"
    services.close_period(here=store.finance, month=JUNE, at=LATER, seen=NOTHING)  # an empty month
    assert refused(post, store, row.no) == "month_closed"


def test_what_was_reversed_is_given_back_by_the_linked_counter_entry(store, row):
    (entry,) = post(store, row.no)
    penalties.reverse_sanction(here=store.general, sanction=row, reason="查明不是她", at=LATER)
    (back,) = post(store, row.no, month="202507", at=LATER)
    assert (back.kind, back.reverses, back.period) == ("reversal", entry, "202507")
    assert (
        sum(fen for _who, fen in [(one.name, one.sums.deducted) for one in holders(store.project, "202507")])
        == 1_600_00
    )


def test_finance_is_asked_to_give_back_what_was_reversed_and_it_stays_reversed_after_that(store, row, signed_in):
    post(store, row.no)
    penalties.reverse_sanction(here=store.general, sanction=row, reason="查明不是她", at=LATER)
    asked = Message.objects.to(store.finance.user.pk).waiting().get(kind="sanction.payable")
    assert (str(asked), asked.link) == (f"【处分】{row.no} 撤销了，扣过的要退回", f"/penalties/{row.no}")
    page = f"/penalties/{row.no}"

    def read(here, address=page):
        with clock.standing_at(LATER):
            return signed_in(here).get(address).content.decode()

    assert "扣过的 ¥1,600.00 还没退，等财务退回" in read(store.wang)
    assert 'href="/period/202507/post"' in read(store.finance)
    post(store, row.no, month="202507")
    assert not Message.objects.to(store.finance.user.pk).waiting().filter(kind="sanction.payable").exists()
    theirs = read(store.wang)
    assert "还没退" not in theirs
    assert '<b>退回</b> <span class="num">¥1,600.00</span>' in theirs
    for shown in (theirs, read(store.wang, "/penalties/mine"), read(store.manager, "/penalties?tab=closed")):
        assert '<span class="tag">撤销</span>' in shown
        assert '<span class="tag">入账</span>' not in shown


def test_what_was_reversed_before_it_was_posted_asks_finance_for_nothing(store, row):
    penalties.reverse_sanction(here=store.general, sanction=row, reason="查明不是她", at=LATER)
    assert not Message.objects.to(store.finance.user.pk).waiting().filter(kind="sanction.payable").exists()


def test_a_bonus_is_paid_on_its_own_account(store, row):
    reward = sanctions.rewarded(store)
    penalties.approve_reward(here=store.general, reward=reward, at=make.at("2025-06-02 09:00"))
    (entry,) = post(store, reward.no)
    assert entry.kind == Entry.Kind.REWARD
    (mine,) = [one for one in holders(store.project, JUNE) if one.name == "李强"]
    assert (mine.sums.bonus, mine.sums.due) == (800_00, 800_00)


def test_on_the_page_only_what_is_ticked_is_posted(store, row, signed_in):
    reward = sanctions.rewarded(store)
    penalties.approve_reward(here=store.general, reward=reward, at=make.at("2025-06-02 09:00"))
    with clock.standing_at(LATER):
        client = signed_in(store.finance)
        page = client.get(f"/period/{JUNE}/post").content.decode()
        assert ("−¥1,600.00" in page, "¥800.00" in page) == (True, True)
        sent = {"numbers": [reward.no], "password": make.PASSWORD}
        assert client.post(f"/period/{JUNE}/post", sent).status_code == 302
    assert [entry.source for entry in Entry.objects.filter(period=JUNE)] == [reward.no]


def test_what_somebody_else_has_posted_meanwhile_is_said_in_our_words(store, row, signed_in):
    with clock.standing_at(LATER):
        client = signed_in(store.finance)
        sent = {"numbers": [row.no], "password": make.PASSWORD}
        assert client.post(f"/period/{JUNE}/post", sent).status_code == 302
        again = client.post(f"/period/{JUNE}/post", sent)
    assert (again.status_code, f"{row.no} 现在不能入账。刷新再看" in again.content.decode()) == (422, True)
