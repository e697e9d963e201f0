"""Statements: whose one may see, confirming exactly what was seen, questions and replies; every line explained to the fen."""

import pytest
from django.http import Http404

from arbitration.shares import Key, key_of
from finance import services
from finance.background import send_month_statements
from finance.models import Account, Entry, StatementAnswer
from finance.reads.explaining import entry_of, explain
from finance.reads.figures import figures
from finance.reads.holders import holders
from finance.reads.slips import slip
from finance.reads.statements import State, statement_for
from finance.services.posting import Line, post
from people.models import Team
from tests import agencies, ledger, make
from tests.arbitration.test_collisions import signed
from tests.periods import APRIL, MAY, april, close, contested, rewarded, shared
from trail import clock
from trail.models import Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(store):
    return april(store)


def own(here):
    return Key("person", here.user.pk)


def state(store, here):
    return statement_for(store.project, APRIL, own(here)).state


def say(here, kind="confirm", text="", key=None, seen=None, at=MAY):
    key = key or own(here)
    seen = seen or statement_for(here.project, APRIL, key).row.digest
    return services.answer_statement(here=here, month=APRIL, key=key, kind=kind, text=text, seen=seen, at=at)


def refused(act, *args, **given):
    with pytest.raises(Refusal) as refusal:
        act(*args, **given)
    return refusal.value.code


def test_a_new_line_makes_a_statement_unconfirmed_again(month):
    seen = statement_for(month.project, APRIL, own(month.li)).row.digest
    say(month.li)
    assert state(month, month.li) == State.CONFIRMED
    rewarded(month, month.li)
    assert state(month, month.li) == State.CHANGED
    assert refused(say, month.li, seen=seen) == "stale"
    say(month.li)
    assert state(month, month.li) == State.CONFIRMED
    assert refused(say, month.li) == "confirmed_already"
    assert state(month, month.wang) == State.WAITING


def test_a_question_waits_for_finance_and_the_reply_for_the_person(month):
    link = f"/statements/{APRIL}/p{month.li.user.pk}"
    services.send_statements(project=month.project, month=APRIL, by=month.finance.user, at=MAY)
    assert refused(say, month.li, "question", " ") == "question_missing"
    say(month.li, "question", "少了一笔")
    assert (state(month, month.li), waiting(month.finance), waiting(month.li)) == (State.QUESTIONED, [link], [])
    again = {"month": APRIL, "key": own(month.li), "text": "在5月", "at": MAY}
    assert refused(services.reply_statement, here=month.li, **again) == "not_yours_to_reply"
    services.reply_statement(here=month.finance, **again)
    assert (state(month, month.li), waiting(month.finance), waiting(month.li)) == (State.REPLIED, [], [link])
    assert refused(services.reply_statement, here=month.finance, **again) == "no_question"
    say(month.li)
    assert (state(month, month.li), waiting(month.li)) == (State.CONFIRMED, [])
    assert StatementAnswer.objects.count() == 3


def waiting(here):
    return list(
        Message.objects.to(here.user.pk).waiting().filter(kind__startswith="statement.").values_list("link", flat=True)
    )


def test_nobody_answers_for_another(month):
    for here in (month.wang, month.finance, month.general, month.manager):
        assert refused(say, here, key=own(month.li)) == "not_your_statement"


def test_who_sees_whose_statement(month, signed_in, at_noon):
    address = f"/statements/{APRIL}/p{month.li.user.pk}"
    seen = {
        who: signed_in(getattr(month, who)).get(address).status_code
        for who in ("li", "wang", "finance", "general", "manager", "desk", "admin")
    }
    assert [who for who, status in seen.items() if status == 200] == ["li", "finance", "general"]
    assert signed_in(month.finance).get(f"/statements/{APRIL}/p999999").status_code == 404
    assert signed_in(month.finance).get(f"/statements/{APRIL}/x1").status_code == 404


def test_the_leader_sees_the_fund_of_the_team_and_nobody_confirms_it(month, signed_in, at_noon):
    fund = Key("team_fund", month.team.pk)
    lines = [Line(Account.Kind.PAYABLE, 50_00, fund, 10_000), Line(Account.Kind.COMMISSION, -50_00)]
    deal = month.project.deals.first()
    post(
        project=month.project,
        book=Entry.Book.COMMISSION,
        kind=Entry.Kind.ACCRUAL,
        lines=lines,
        at=make.MOMENT,
        deal=deal,
    )
    page = signed_in(month.manager).get(f"/statements/{APRIL}").content.decode()
    assert "市场一部的营销经费" in page
    assert "没问题，确认" not in page
    assert signed_in(month.li).get(f"/statements/{APRIL}/t{month.team.pk}").status_code == 404
    assert refused(say, month.manager, key=fund) == "not_your_statement"
    assert figures(month.project, APRIL).funds[-1] == (APRIL, 50_00)


def test_agents_answer_for_their_agency_and_see_no_other(estate, signed_in):
    agencies.in_force(estate)
    agencies.closed(estate)
    bonus_of = Key("organisation", estate.anju.organisation.pk)
    lines = [Line(Account.Kind.DEDUCTION, -20_00, bonus_of), Line(Account.Kind.RECOVERED, 20_00)]
    post(
        project=estate.project,
        book=Entry.Book.COMMISSION,
        kind=Entry.Kind.DEDUCTION,
        lines=lines,
        at=make.MOMENT,
        source="CF-9",
    )
    with clock.standing_at(MAY):
        page = signed_in(estate.anju).get(f"/statements/{APRIL}").content.decode()
        assert "安居公司" in page
        assert "−¥20.00" in page
        assert signed_in(estate.hengxin).get(f"/statements/{APRIL}/o{bonus_of.pk}").status_code == 404
    services.send_statements(project=estate.project, month=APRIL, by=None, at=MAY)
    assert waiting(estate.anju) == [f"/statements/{APRIL}/o{bonus_of.pk}"]
    say(estate.anju, key=bonus_of)
    assert statement_for(estate.project, APRIL, bonus_of).state == State.CONFIRMED
    assert waiting(estate.anju) == []


def test_statements_are_sent_two_days_after_the_month_unless_finance_did(month):
    assert (
        refused(services.send_statements, project=month.project, month=APRIL, by=None, at=make.MOMENT)
        == "month_not_over"
    )
    for moment, told in (("2025-05-02 23:00", 0), ("2025-05-03 00:00", 2), ("2025-05-04 09:00", 2)):
        with clock.standing_at(make.at(moment)):
            send_month_statements.func()
        assert Message.objects.filter(kind="statement.ready").count() == told


def test_a_split_is_explained_to_the_fen_with_the_ruling_and_its_reason(store):
    """G-07: a third of ¥6,000.01 each way; the fen left over goes to the largest remainder."""
    contested(store)
    shared(store)
    line = next(line for line in ledger.lines() if line.account.holder == store.li.user)
    entry = entry_of(store.finance, line.entry.no)
    told = {part.name: (part.exact, part.rounded, part.amount_fen) for part in explain(store.finance, entry).parts}
    assert told == {
        "李强": ("¥1,999.803333", "不足一分的舍掉", 1_999_80), "王芳": ("¥4,000.206667", "余数大，补成一分", 4_000_21),
    }  # fmt: skip
    mine = explain(store.li, entry)
    assert ([part.name for part in mine.parts], mine.others_fen) == (["李强"], 4_000_21)
    assert mine.reason == "两人都跟过"
    assert mine.case == store.project.collisions.get().no
    with pytest.raises(Http404):
        entry_of(store.zhao, entry.no)
    section = slip(store.li, APRIL, own(store.li))[0]
    assert (section.code, section.sum, section.lines[0].reason) == ("commission", 1_999_80, "两人都跟过")


def test_a_third_is_explained_as_a_third_not_as_its_basis_points(store):
    """G-09: ¥5,000.00 among three, written 33.34, 33.33 and 33.33 percent."""
    make.registered(store.li, make.at("2025-04-01 10:00"))
    deal = signed(store, store.li, commission=5_000_00)
    thirds = zip((store.li, store.wang, store.zhao), (3_334, 3_333, 3_333), (1_666_67, 1_666_67, 1_666_66), strict=True)
    lines = [Line(Account.Kind.PAYABLE, fen, key_of(here.user), bp) for here, bp, fen in thirds]
    entry = post(
        project=store.project, book=Entry.Book.COMMISSION, kind=Entry.Kind.ACCRUAL, deal=deal, at=make.MOMENT,
        lines=[*lines, Line(Account.Kind.COMMISSION, -5_000_00)],
    )  # fmt: skip
    parts = explain(store.finance, entry_of(store.finance, entry.no)).parts
    assert {part.exact for part in parts} == {"¥1,666.666667"}
    assert [part.rounded for part in parts] == ["余数大，补成一分", "余数大，补成一分", "不足一分的舍掉"]


def test_where_splits_come_from_and_by_team(store):
    contested(store)
    shared(store)
    april_ = figures(store.project, APRIL)
    assert [(source.value, fen, deals) for source, fen, deals in april_.sources] == [("otherwise", 6_000_01, 1)]
    assert [(name, fens[-1]) for name, fens in april_.teams] == [(Team.objects.get().name, 6_000_01)]
    assert april_.funds == []


def test_the_last_column_adds_what_the_others_keep_apart(month):
    rewarded(month, month.li, 300_00)
    row = next(row for row in holders(month.project, APRIL) if row.key == own(month.li))
    assert (row.sums.commission, row.sums.bonus, row.sums.due, row.sums.credit) == (
        6_000_01,
        300_00,
        6_300_01,
        500_000_00,
    )


@pytest.mark.parametrize("who", ["finance", "li"])
def test_a_closed_month_is_still_answered_and_read(month, who, signed_in):
    for here in (month.li, month.wang):
        say(here)
    close(month)
    with clock.standing_at(MAY):
        page = signed_in(getattr(month, who)).get(f"/statements/{APRIL}/p{month.li.user.pk}").content.decode()
    assert "已关账" in page
