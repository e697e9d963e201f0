"""The 22 events of people/events.py: each act tells exactly these people, by these ways, and never a number or a whole name."""

import re
from datetime import timedelta

import pytest
from django.utils import translation

from arbitration.awaiting import rulable, waiting
from arbitration.models import Collision
from arbitration.services import Decision, decide_case, nearly_due
from finance.services import send_statements, tell_blocked
from leads.models import Ownership, PreCheck
from leads.services import expire_due, hand_customers, warn_ending
from leads.services.handing import Targets
from leads.services.probing import alert_probing
from people.events import BY_KIND, EVENTS, NOT_MAILED, POSTED, TO_PHONES, TO_ROBOTS, Group
from people.models import Robot, RobotPost, User
from people.robots.alarm import tell_failing
from people.robots.lines import A_NUMBER, write
from people.services.routines import ask_to_sign
from tests import leaving, make, periods, procedure, sanctions
from tests.protection import terms
from trail.models import Message
from visits.models import Place
from visits.services import hand_over, pass_on_due, set_away
from visits.services.departures import ask_whether_left

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EVERYBODY = ["admin", "designer", "desk", "finance", "general", "li", "manager", "sun", "wang", "zhao"]
DUE = make.at("2025-04-30 18:00")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # in an address; some hold eleven digits in a row


# ── the acts ──


def arrived(store):
    make.arrived(store, make.MOMENT, asked_for=store.li.user)


def passed_on(store):
    """The first does not answer, nor does the second; there is no third."""
    for here in (store.sun, store.li):
        place = Place.objects.get(user=here.user)
        set_away(here=store.desk, place=place, away=True, at=make.at("2025-04-28 13:00"))
    make.arrived(store, make.MOMENT)
    for minutes in (1, 2):
        pass_on_due(at=make.MOMENT + minutes * MINUTE)


def stand_in(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    visit = make.arrived(store, make.MOMENT)
    hand_over(here=store.desk, visit=visit, to=store.wang.user, at=make.MOMENT)


def not_left(store):
    make.arrived(store, make.MOMENT)
    ask_whether_left(at=make.MOMENT + 2 * HOUR)


def registered(store):
    make.registered(store.li, make.MOMENT)


def similar(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.MOMENT, number="139****3333", name="张")


def ending(estate):
    terms(estate, warn_hours=(24, 3))
    make.registered(estate.xu, make.MOMENT)
    end = Ownership.objects.open().get().protected_until
    for hours in (24, 3):
        warn_ending(at=end - hours * HOUR)


def over(estate):
    terms(estate)
    make.registered(estate.xu, make.MOMENT)
    expire_due(at=Ownership.objects.open().get().protected_until)


def opened(store):
    return procedure.contested(store)


def evidence(store):
    case = opened(store)
    decide_case(
        here=store.manager, case=case, seen_version=Collision.objects.get().version, seen_proposal="", at=make.MOMENT,
        decision=Decision(kind="evidence", reason="缺通话清单", evidence_due=DUE),
    )  # fmt: skip


def evidence_due(store):
    evidence(store)
    for hours in (5, 4, 3):
        nearly_due(at=DUE - hours * HOUR)


def can_be_ruled(store):
    opened(store)
    for hours in (0, 1):
        rulable(at=make.MOMENT + hours * HOUR)


def nobody_takes_it(store):
    case = opened(store)
    for hours in (23, 24, 26):
        waiting(at=case.opened_at + hours * HOUR)


def ruled(store):
    periods.contested(store)
    periods.shared(store)


def escalated(store):
    procedure.passed_up(store.manager, opened(store))


def sanctioned(store):
    sanctions.third(store)
    sanctions.decided(store, sanctions.ruled(store, sanctions.against(store.wang))[0])


def published(store):
    ask_to_sign(at=make.MOMENT)


def statements_sent(store):
    periods.april(store)
    send_statements(project=store.project, month=periods.APRIL, by=None, at=periods.MAY)


def month(store):
    """A case keeps it open; ruled and confirmed, it is closed."""
    periods.contested(store)
    for _ in range(2):
        tell_blocked(project=store.project, month=periods.APRIL, at=periods.MAY)
    periods.shared(store)
    periods.all_confirm(store)
    periods.close(store)


def leaves(store):
    leaving.followed(store, 1)
    row = leaving.leaves(store)
    hand_customers(
        here=store.manager, hand_over=row, targets=Targets(Ownership.Holder.PERSON, (store.wang.user,)), at=leaving.NOON
    )


def probed(store):
    PreCheck.objects.create(
        project=store.project, by=store.zhao.user, index=b"x" * 16, answer="clear", over=True, at=make.MOMENT - HOUR
    )
    alert_probing(at=make.MOMENT)


def robot_fails(store):
    Robot.objects.create(
        project=store.project, kind="wecom", name="渠道一部", sealed_address=b"x", wants=[], changed_at=make.MOMENT,
        failing_since=make.MOMENT - 11 * MINUTE, failure="93000",
    )  # fmt: skip
    tell_failing(at=make.MOMENT)


TOLD = {  # event: the act, and who is told by which kind
    "arrived": (arrived, {"visit.arrived": ["li"]}),
    "passed_on": (
        passed_on,
        {"visit.missed": ["wang"], "visit.passed_on": ["zhao"], "visit.unanswered": ["zhao"], "visit.nobody": ["desk"]},
    ),
    "stand_in": (stand_in, {"visit.handed": ["wang"], "visit.stood_in": ["li"]}),
    "not_left": (not_left, {"visit.left": ["wang"]}),
    "registered": (registered, {"lead.registered": ["li"]}),
    "similar": (similar, {"collision.warning": ["li", "manager", "wang"]}),
    "ending": (ending, {"protection.ending": ["e_xu", "e_xu"]}),
    "over": (over, {"protection.over": ["e_xu"], "pool.expired": ["e_manager"]}),
    "opened": (opened, {"collision.opened": ["li", "wang"], "collision.to_rule": ["manager"]}),
    "evidence": (evidence, {"collision.evidence": ["li", "wang"]}),
    "nearly_due": (evidence_due, {"collision.evidence_soon": ["li", "wang"]}),
    "rulable": (can_be_ruled, {"collision.today": ["general", "manager"]}),
    "waiting": (nobody_takes_it, {"collision.waiting": ["general", "manager"]}),
    "ruled": (ruled, {"collision.ruled": ["li", "wang"], "split.booked": ["finance"]}),
    "escalated": (escalated, {"collision.escalated": ["general"], "collision.went_up": ["li", "wang"]}),
    "sanction": (
        sanctioned,
        {"sanction.noticed": ["wang"], "sanction.decided": ["wang"], "sanction.told": ["manager", "third_manager"]},
    ),
    "policy": (published, {"policy.sign": EVERYBODY}),
    "statement": (statements_sent, {"statement.ready": ["li", "wang"]}),
    "period": (month, {"period.blocked": ["finance", "general"], "period.closed": ["finance", "general"]}),
    "leaving": (
        leaves,
        {"handover.own": ["li"], "handover.sign": ["admin", "finance", "general", "manager"], "handover.given": ["wang"]},
    ),
    "probing": (probed, {"precheck.probing": ["admin", "manager"]}),
    "robot": (robot_fails, {"robot.failing": ["admin"]}),
}  # fmt: skip


def told(kinds):
    """Who was told, by kind."""
    names = {str(user.pk): user.username for user in User.objects.all()}
    rows = Message.objects.filter(kind__in=kinds).values_list("kind", "to")
    return {
        kind: sorted(names[to] for one, to in rows if one == kind)
        for kind in kinds
        if any(kind == one for one, _to in rows)
    }


def ways(kind):
    """How a message of this kind leaves, as the table says."""
    return {
        *(["email"] if kind not in NOT_MAILED else []), *(["robot"] if kind in TO_ROBOTS else []), *(["sms"] if kind in TO_PHONES else [])
    }  # fmt: skip


def test_the_table_has_an_act_for_every_event():
    assert list(TOLD) == list(EVENTS)
    assert len(EVENTS) == 22


@pytest.mark.parametrize("code", TOLD)
def test_an_event_tells_exactly_these_people_by_these_ways(request, code):
    act, expected = TOLD[code]
    act(request.getfixturevalue("estate" if code in ("ending", "over") else "store"))
    assert told(EVENTS[code].kinds) == expected
    for message in Message.objects.filter(kind__in=EVENTS[code].kinds):
        assert set(message.deliveries.values_list("channel", flat=True)) == ways(message.kind)
    no_secrets()


def no_secrets():
    """Nothing that anybody is told holds a number or a customer's whole name; no group reads a colleague's."""
    everybody = list(User.objects.values_list("name", flat=True))
    robots = [Robot(pk=0, kind="wecom", name="群", managers=managers) for managers in (False, True)]
    for message in Message.objects.all():
        for language in ("zh-hans", "en"):
            with translation.override(language):
                said = f"{message} {message.link}"
            assert not A_NUMBER.search(said), said
            assert not re.search(r"\d{11}", ID.sub("", said)), said
            assert "张建国" not in said
        if message.kind in TO_ROBOTS:
            post = RobotPost(
                kind=message.kind,
                sentence=message.sentence,
                facts=message.facts,
                link=message.link,
                mentions=[message.to],
            )
            for robot in robots:
                line = write(robot, [post])
                assert line is not None
                heard = f"{line.sentence} {' '.join(one.name for one in line.called)}"
                assert not [name for name in everybody if name in heard], heard
                assert robot.managers or "¥" not in heard


def test_urgent_is_what_somebody_waits_for_at_the_desk():
    assert {code for code, event in POSTED.items() if event.group == Group.DAILY} == {"ending", "rulable"}
    assert BY_KIND["visit.arrived"].group == Group.CALL
