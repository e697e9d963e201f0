"""All that follows from a ruling is in its transaction: the connection is cut before each write in turn, and nothing is left by half."""

import re
import threading
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from arbitration import services
from arbitration.cases.proposals import propose
from arbitration.cases.replay import replay
from arbitration.models import Collision, Ruling
from arbitration.services import Decision, Sanction
from finance.models import Posting
from leads.models import Customer, Ownership
from leads.services import allocate
from penalties.models import Sanction as ProposedSanction
from tests import agencies, make
from tests.arbitration.test_collisions import signed
from tests.racing import at_once, refused_or
from trail.models import Message, Once
from trail.services import once
from visits.models import TurnChange

YEAR = make.at("2025-01-01 00:00")
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"


def sales_office(store):
    """D17 governs the store, and whoever comes is received in turn."""
    services.withdraw(project=store.project, pack="home-decoration", by="tests", at=YEAR)
    policy = services.publish("sales-office", at=YEAR)
    services.put_in_force(project=store.project, policy=policy, terms=store.project.terms, by="tests", at=YEAR)
    store.project.refresh_from_db()
    make.terms(store.project, routing=["rotation"])


def received_twice(store):
    """王芳 and then 赵磊 received one customer, each in turn, whom 李强 follows and 赵磊 reports: a case with everything in it."""
    sales_office(store)
    make.arrived(store, make.at("2025-04-01 10:00"))
    make.arrived(store, make.at("2025-04-02 10:00"))
    allocate(
        here=store.manager,
        customer=Customer.objects.get(),
        to=store.li.user,
        reason="老客户",
        at=make.at("2025-04-02 12:00"),
    )
    make.registered(store.zhao, make.at("2025-04-02 15:00"), number=make.PHONE)
    case = Collision.objects.get()
    agencies.call(store.li, case, "13805510001", "2025-04-01 11:00", at="2025-04-03 09:00")
    return Collision.objects.get()


def agree(store, case, key=None):
    """Agree, with a sanction beside what the policy proposes; under a key, as the page does it."""
    proposal = propose(case, make.MOMENT)
    fine = Sanction(to=store.wang.user, kind="fine", reason="明知有归属仍报备", amount_fen=500_00)
    decision = Decision(kind=Ruling.Kind.AGREED, reason="记录清楚", sanctions=[fine])

    def act():
        ruling = services.decide_case(
            here=store.manager, case=case, seen_version=case.version, seen_proposal=proposal.fingerprint,
            decision=decision, at=make.MOMENT,
        )  # fmt: skip
        return ruling.no

    return once(key=key or uuid4(), by=store.manager.user.pk, act="decide", at=make.MOMENT, do=act)


def is_write(sql):
    return sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))


def writes_of(act):
    """The writes of an act, which is then undone."""
    found = []

    def note(execute, sql, params, many, context):
        if is_write(sql):
            found.append(sql)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        act()
        transaction.set_rollback(True)
    return found


def cut_before(act, n):
    """Do it on a connection of its own, which the server drops before the n-th write."""
    seen, raised = [], []

    def cut(execute, sql, params, many, context):
        if is_write(sql):
            seen.append(sql)
            if len(seen) == n + 1:
                context["cursor"].execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return execute(sql, params, many, context)

    def run():
        try:
            with connection.execute_wrapper(cut):
                act()
        except DatabaseError as lost:
            raised.append(lost)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return bool(raised)


def everything():
    """A digest of each table."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        one = "SELECT '{0}', coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM \"{0}\" t"
        cursor.execute(" UNION ALL ".join(one.format(name) for name in tables))
        return dict(cursor.fetchall())


def test_a_ruling_is_whole_or_not_at_all_wherever_it_is_cut(committed):
    store = make.store()
    case = received_twice(store)
    services.judge_evidence(
        here=store.manager, case=case, about=f"e{case.events.get().pk}", accepted=True, reason="核对过", at=make.MOMENT
    )
    signed(store, store.zhao, commission=6_000_01, when=make.at("2025-04-20 10:00"))
    services.keep_draft(
        here=store.manager, case=case, form=services.DECISION, typed={"reason": "写到一半"}, at=make.MOMENT
    )
    case = Collision.objects.get()
    writes = writes_of(lambda: agree(store, case))
    touched = {re.search(r'(?:INTO|UPDATE|FROM) "?(\w+)', sql)[1] for sql in writes}
    assert {
        "arbitration_ruling", "arbitration_collision", "leads_ownership", "visits_turnchange",
        "penalties_sanction", "penalties_sanctionstep",
        "finance_entry", "finance_posting", "trail_message", "trail_entry", "trail_once", "arbitration_draft",
    } <= touched  # fmt: skip
    before = everything()
    for n, sql in enumerate(writes):
        assert cut_before(lambda: agree(store, case), n), f"write {n} was not reached: {sql}"
        now = everything()
        assert now == before, f"cut before write {n} ({sql[:60]}): {[t for t in now if now[t] != before.get(t)]}"
    agree(store, case)
    assert Ruling.objects.count() == Once.objects.count() == 1
    assert {row.result for row in replay(Ruling.objects.all())} == {"same"}


def test_of_two_managers_who_sign_at_once_one_rules_and_the_other_keeps_what_he_wrote(committed):
    store = make.store()
    case = received_twice(store)
    case.refresh_from_db()
    for here, reason in ((store.manager, "经理写的"), (store.general, "总经理写的")):
        services.keep_draft(here=here, case=case, form=services.DECISION, typed={"reason": reason}, at=make.MOMENT)

    def sign(here):
        decision = Decision(kind=Ruling.Kind.OTHERWISE, reason="记录清楚", owner_kind="person", owner=store.wang.user)
        return lambda: services.decide_case(
            here=here, case=case, seen_version=case.version, seen_proposal="", decision=decision, at=make.MOMENT
        )

    came_to = refused_or(at_once(sign(store.manager), sign(store.general)), "ruled")
    assert sorted(came_to) == ["ruled", "stale"]
    loser = store.general if came_to[0] == "ruled" else store.manager
    ruling = Ruling.objects.get()
    assert ruling.by_id != loser.user.pk
    kept, _at = services.draft_of(loser, case, services.DECISION)
    assert kept["reason"] in ("经理写的", "总经理写的")
    assert (
        services.draft_of(store.manager if loser is store.general else store.general, case, services.DECISION)[0] == {}
    )


@pytest.mark.django_db
def test_agreeing_carries_out_all_that_the_policy_says(store):
    """D17-2.2t: the other has one make-up turn; D14-3.4: each party hears the result."""
    case = received_twice(store)
    services.judge_evidence(
        here=store.manager, case=case, about=f"e{case.events.get().pk}", accepted=True, reason="核对过", at=make.MOMENT
    )
    case.refresh_from_db()
    agree(store, case)
    ruling = Ruling.objects.get()
    turn = TurnChange.objects.get(source=ruling.no)
    assert (turn.kind, turn.count) == ("make_up", 1)
    assert turn.user != ruling.owner
    assert Ownership.objects.open().get(customer=case.customer).user == ruling.owner
    assert ProposedSanction.objects.get().act == ruling.no
    told = Message.objects.filter(kind="collision.ruled").values_list("to", flat=True)
    assert set(told) == {str(claim.user_id) for claim in case.claims.all()}
    assert not Posting.objects.exists()


@pytest.mark.django_db
def test_a_ruling_on_judged_evidence_is_derived_again_after_the_policy_has_changed(store):
    case = received_twice(store)
    services.judge_evidence(
        here=store.manager, case=case, about=f"e{case.events.get().pk}", accepted=False, reason="对不上", at=make.MOMENT
    )
    case.refresh_from_db()
    agree(store, case)
    ruling = Ruling.objects.get()
    assert b'"accepted":false' in bytes(ruling.case_canonical)
    after = make.at("2025-05-01 00:00")
    services.withdraw(project=store.project, pack="sales-office", by="tests", at=after)
    services.put_in_force(
        project=store.project,
        policy=services.publish("home-decoration", at=after),
        terms=store.project.terms,
        by="tests",
        at=after,
    )
    assert [row.result for row in replay([ruling])] == ["same"]
