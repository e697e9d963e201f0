"""Whatever people try with a sanction, in whatever order and at whatever time (G32): no path skips a step, the one who decides is
never who proposed it, a party or whom it is against, and nothing is posted by itself."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from penalties import services
from penalties.models import Sanction, SanctionStep
from penalties.payable import due
from penalties.powers import parties
from penalties.steps import RULES, allowed
from people.roles import Role
from tests import make, sanctions
from trail.refusals import Refusal

K = SanctionStep.Kind
WHO = ("wang", "li", "manager", "general", "finance", "other")
WAITS = (timedelta(0), timedelta(days=1), timedelta(days=6), timedelta(days=16))
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["notice", "answer", "decide", "drop", "sign", "refuse", "appeal", "hear", "release", "post", "reverse"]),
        st.sampled_from(WHO),
        st.sampled_from(WAITS),
        st.booleans(),
    ),
    min_size=4, max_size=22,
)  # fmt: skip


def do(act, here, row, at, yes, finance):
    given = {"here": here, "sanction": row, "at": at}
    return {
        "notice": lambda: services.notice_sanction(fact="私下联系", evidence="通话", **given),
        "answer": lambda: services.answer_sanction(text="客户找的我", **given),
        "decide": lambda: services.decide_sanction(reason="清楚", **given),
        "drop": lambda: services.drop_sanction(reason="算了", **given),
        "sign": lambda: services.acknowledge_sanction(**given),
        "refuse": lambda: services.record_refusal(text="沈洁在场", **given),
        "appeal": lambda: services.appeal_sanction(reason="不服", **given),
        "hear": lambda: services.decide_sanction_appeal(accepts=yes, reason="看过了", **given),
        "release": lambda: services.release_sanction(**given),
        "post": lambda: services.mark_posted(
            no=row.no, entry_no="FL-1", amount_fen=10_00 if yes else -10_00, at=at, by=finance.user
        ),
        "reverse": lambda: services.reverse_sanction(reason="弄错", **given),
    }[act]()


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, way=st.booleans())
def test_no_path_skips_a_step_and_nobody_decides_on_their_own(acts, way):
    with transaction.atomic():
        _try(acts, way)
        transaction.set_rollback(True)  # the next example begins with an empty house


def _try(acts, way):
    store = make.store()
    cast = {name: getattr(store, name) for name in WHO[:-1]} | {
        "other": sanctions.third(store, Role.GENERAL_MANAGER, "罗总")
    }
    sanctions.adopted(store)
    for month in range(4, 13):
        sanctions.wage(store, store.wang, 3_000_00, f"2025{month:02d}")
    (row,) = sanctions.ruled(store, sanctions.against(store.wang, "compensation", 900_00, "D13-6.2"))
    at = sanctions.TOLD
    usual = [
        ("notice", "manager"),
        ("decide", "general"),
        ("sign", "wang"),
        ("release", "manager"),
        ("post", "finance"),
    ]
    tried = [(a, w, timedelta(days=15), True) for a, w in usual] + acts if way else acts
    for act, who, wait, yes in tried:
        at += wait
        before = SanctionStep.objects.filter(sanction=row).count()
        left = {one.no: one.deductible_fen for one in due(store.project, at)}
        try:
            step = do(act, cast[who], row, at, yes, store.finance)
        except Refusal:
            assert SanctionStep.objects.filter(sanction=row).count() == before
            continue
        _holds(row, step, act, cast[who], left)
    assert Sanction.objects.get(pk=row.pk).posted_fen <= 900_00


def _holds(row, step, act, here, left):
    """After each step: it was its turn, whoever took it might, and only a posting posts, within what was due."""
    done = list(row.steps.order_by("number").values_list("kind", flat=True))
    for n in range(1, len(done)):
        assert allowed(done[:n], done[n]), done[: n + 1]
    if K.POSTED in done:
        assert done.index(K.NOTICED) < done.index(K.DECIDED) < done.index(K.PAYABLE) < done.index(K.POSTED)
        assert {K.ACKNOWLEDGED, K.REFUSED_TO_SIGN} & set(done[: done.index(K.PAYABLE)])
    if step.kind in (K.DECIDED, K.APPEAL_DECIDED):
        assert step.by_id not in {row.by_id, row.to_id} | parties(row)
    if step.kind == K.POSTED:
        assert act == "post"
        assert abs(step.amount_fen) <= abs(left[row.no])
    if done[-1] in (K.ANSWERED, K.ACKNOWLEDGED, K.APPEALED):
        assert here.user.pk == row.to_id


TABLE = {
    (): set(),
    (K.PROPOSED,): {K.NOTICED, K.DROPPED},
    (K.PROPOSED, K.NOTICED): {K.ANSWERED, K.DECIDED, K.DROPPED},
    (K.PROPOSED, K.NOTICED, K.ANSWERED): {K.DECIDED, K.DROPPED},
    (K.PROPOSED, K.DROPPED): set(),
    (K.PROPOSED, K.NOTICED, K.DECIDED): {K.ACKNOWLEDGED, K.REFUSED_TO_SIGN, K.APPEALED, K.REVERSED},
    (K.PROPOSED, K.NOTICED, K.DECIDED, K.ACKNOWLEDGED): {K.APPEALED, K.PAYABLE, K.REVERSED},
    (K.PROPOSED, K.NOTICED, K.DECIDED, K.REFUSED_TO_SIGN): {K.APPEALED, K.PAYABLE, K.REVERSED},
    (K.PROPOSED, K.NOTICED, K.DECIDED, K.APPEALED): {K.APPEAL_DECIDED, K.REVERSED},
    (K.PROPOSED, K.NOTICED, K.DECIDED, K.APPEALED, K.APPEAL_DECIDED): {K.ACKNOWLEDGED, K.REFUSED_TO_SIGN, K.REVERSED},
    (K.PROPOSED, K.NOTICED, K.DECIDED, K.ACKNOWLEDGED, K.APPEALED, K.APPEAL_DECIDED): {K.PAYABLE, K.REVERSED},
    (K.PROPOSED, K.NOTICED, K.DECIDED, K.ACKNOWLEDGED, K.PAYABLE): {K.POSTED, K.REVERSED},
    (K.PROPOSED, K.NOTICED, K.DECIDED, K.ACKNOWLEDGED, K.PAYABLE, K.POSTED): {K.POSTED, K.REVERSED},
    (K.PROPOSED, K.NOTICED, K.DECIDED, K.ACKNOWLEDGED, K.PAYABLE, K.POSTED, K.REVERSED): {K.POSTED},
    (K.PROPOSED, K.NOTICED, K.DECIDED, K.ACKNOWLEDGED, K.REVERSED): set(),
}  # fmt: skip


@pytest.mark.parametrize("done", TABLE, ids=lambda done: ">".join(done) or "nothing")
def test_after_each_state_these_steps_and_no_others(done):
    assert {kind for kind in RULES if allowed(list(done), kind)} == TABLE[done]
