"""Webhooks: an event is written with its act, told without a name, signed, in order, again until it is taken, and to nobody inside."""

from datetime import timedelta

import pytest
from django.db import transaction

from arbitration import services as arbitration
from arbitration.models import Collision
from finance.services import reopen_period
from leads.models import Registration
from people import hook_sending
from people.hook_sending import PATIENCE, WAITS, forget
from people.hooks import EVENTS
from people.models import Hook, HookDelivery
from people.services import hooks as services
from people.services.guards import TRIALS_AN_HOUR
from tests import make, periods, procedure
from tests.draining import drain_hooks as drain
from tests.listening import listener
from tests.people.hooked import hooked, true
from trail.models import Entry, Message
from trail.refusals import Refusal
from visits.models import Visit
from visits.services import leave

pytestmark = pytest.mark.django_db
LATER = make.MOMENT + timedelta(minutes=1)
State = HookDelivery.State


@pytest.fixture
def heard(settings):
    with listener() as one:
        settings.GUISHU_HOOKS_INSIDE = frozenset({one.place})
        yield one


def refused(do, **given):
    with pytest.raises(Refusal) as wrong:
        do(**given)
    return wrong.value.code


def arrivals(store, count, when=make.MOMENT):
    return [make.arrived(store, when, number=f"1380000{n:04d}") for n in range(count)]


# ── what is told ──


def all_that_happens(store):
    """A case is opened, ruled on, appealed, ruled on anew; a visitor leaves; a month is closed and opened again."""
    case = procedure.contested(store)
    ruling = procedure.ruled(store, case)
    appeal = arbitration.open_appeal(here=store.li, ruling=ruling, reason="我先报备的", at=make.MOMENT)
    arbitration.decide_appeal(here=store.general, appeal=appeal, accepts=True, reason="再看一次", at=make.MOMENT)
    again = procedure.ruled(store, case, by=store.general)
    visit = Visit.objects.get()
    leave(here=store.desk, visit=visit, gift=None, at=make.MOMENT)
    periods.close(store)
    reopen_period(here=store.general, month=periods.APRIL, reason="漏了一笔账", at=periods.MAY)
    return case, ruling, appeal, again, visit


def test_each_event_is_told_by_number_and_nothing_more(store, heard, settings):
    settings.GUISHU_URL = "https://guishu.example.com"
    hooked(store.admin, heard)
    case, ruling, appeal, again, visit = all_that_happens(store)
    base = "https://guishu.example.com"
    of_case = {
        "project": "store",
        "collision": case.no,
        "link": f"{base}/cases/{case.no}",
        "resource": f"{base}/api/v1/collisions/{case.no}",
    }
    of_visit = {
        "project": "store",
        "visit": visit.no,
        "link": f"{base}/visits/{visit.no}",
        "resource": f"{base}/api/v1/visits/{visit.no}",
    }
    of_month = {
        "project": "store",
        "period": "202504",
        "link": f"{base}/period/202504",
        "resource": f"{base}/api/v1/periods/202504",
    }
    told = [(row.kind, row.body["data"]) for row in HookDelivery.objects.order_by("pk")]
    assert sorted(told, key=lambda one: one[0]) == sorted(
        [
            ("collision.opened", of_case), ("visit.registered", of_visit),
            ("collision.ruled", {**of_case, "ruling": ruling.no, "decision": "otherwise"}),
            ("ruling.appealed", {**of_case, "ruling": ruling.no, "appeal": appeal.no}),
            ("collision.ruled", {**of_case, "ruling": again.no, "decision": "otherwise"}),
            ("ruling.superseded", {**of_case, "ruling": ruling.no, "by": again.no}),
            ("visit.left", of_visit), ("period.closed", of_month), ("period.reopened", of_month),
        ],
        key=lambda one: one[0],
    )  # fmt: skip
    assert {kind for kind, _data in told} == set(EVENTS)
    for row in HookDelivery.objects.all():
        assert row.body["type"] == row.kind
        assert row.body["timestamp"].endswith("+00:00")
        text = str(row.body)
        assert not any(word in text for word in ("张建国", "李强", "王芳", "何静", make.PHONE, "3333", "我先报备的"))


def test_who_did_not_ask_for_an_event_or_is_off_or_works_elsewhere_hears_nothing(store, estate, heard):
    wanted, _secret = hooked(store.admin, heard, "visit.left")
    sleeping, _secret = hooked(store.admin, heard, name="off")
    services.switch_hook(here=store.admin, hook=sleeping, on=False, at=make.MOMENT)
    hooked(estate.manager, heard, name="another project's")
    visit = arrivals(store, 1)[0]
    assert not HookDelivery.objects.exists()
    leave(here=store.desk, visit=visit, gift=None, at=make.MOMENT)
    assert HookDelivery.objects.get().hook == wanted


def test_an_act_that_is_undone_was_never_told(store, heard):
    hooked(store.admin, heard)
    with transaction.atomic():
        arrivals(store, 1)
        assert HookDelivery.objects.exists()
        transaction.set_rollback(True)
    assert not HookDelivery.objects.exists()


def test_two_hooks_hear_of_one_event_under_one_id(store, heard):
    for name in ("ERP", "CRM"):
        hooked(store.admin, heard, "visit.registered", name=name)
    arrivals(store, 1)
    assert HookDelivery.objects.values("event").distinct().count() == 1
    assert drain(at=LATER) == 2
    assert len({got.headers["webhook-id"] for got in heard.got}) == 1


# ── how it is sent ──


def test_what_is_sent_is_signed_as_standard_webhooks_has_it(store, heard):
    hook, secret = hooked(store.admin, heard, "visit.registered")
    visit = arrivals(store, 1)[0]
    assert drain(at=LATER) == 1
    got = heard.got[0]
    assert secret.startswith("whsec_")
    assert true(got, secret)
    assert not true(got._replace(body=got.body + b" "), secret)
    assert got.path == "/guishu"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-timestamp"] == str(int(LATER.timestamp()))
    row = hook.deliveries.get()
    assert got.headers["webhook-id"] == str(row.event)
    assert (got.json["type"], got.json["data"]["visit"]) == ("visit.registered", visit.no)
    assert (row.state, row.tries, row.answer, row.done_at) == (State.SENT, 1, 200, LATER)


def test_the_specifications_own_example_comes_to_its_signature():
    said = b'{"test": 2432232314}'
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signed = hook_sending.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", said)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_fails_holds_back_what_came_after_it_and_all_of_it_arrives_in_order(store, heard):
    hook, secret = hooked(store.admin, heard, "visit.registered")
    visits = arrivals(store, 3)
    heard.answer(500)
    assert drain(at=LATER) == 0
    assert drain(at=LATER) == 0  # nothing is due: the second and third wait for the first
    assert len(heard.got) == 1
    first = hook.deliveries.order_by("pk").first()
    assert (first.state, first.tries, first.answer, first.why) == (State.WAITING, 1, 500, "answered")
    assert first.due_at == LATER + WAITS[0]
    hook.refresh_from_db()
    assert hook.failing_since == LATER
    assert drain(at=LATER + WAITS[0]) == 3
    assert [got.json["data"]["visit"] for got in heard.got[1:]] == [visit.no for visit in visits]
    assert heard.got[0].headers["webhook-id"] == heard.got[1].headers["webhook-id"]
    assert all(true(got, secret) for got in heard.got)
    hook.refresh_from_db()
    assert hook.failing_since is None


def test_one_that_is_down_holds_nobody_else_back(store, heard):
    with listener() as down:
        pass  # it listens no more
    address = f"https://93.184.216.34:{down.port}/"
    dead, _secret = hooked(store.admin, heard, "visit.registered", name="dead")
    Hook.objects.filter(pk=dead.pk).update(address=address.replace("93.184.216.34", "127.0.0.1"))
    hooked(store.admin, heard, "visit.registered")
    arrivals(store, 2)
    assert drain(at=LATER) == 2
    assert set(dead.deliveries.values_list("why", flat=True)) == {"inside", ""}


def test_a_delivery_fails_after_a_day_of_tries_and_the_next_has_its_turn(store, heard):
    hook, _secret = hooked(store.admin, heard, "visit.registered")
    arrivals(store, 2)
    now, row = LATER, hook.deliveries.order_by("pk").first()
    for _try in range(len(WAITS) + 1):
        heard.answer(503)
        drain(at=now)
        row.refresh_from_db()
        now = row.due_at if row.state == State.WAITING else now
    assert row.state == State.FAILED
    assert timedelta(hours=20) < now - LATER < timedelta(days=1, hours=1)
    assert row.tries == len(WAITS) + 1
    assert drain(at=now + timedelta(seconds=1)) == 1
    assert list(hook.deliveries.order_by("pk").values_list("state", flat=True)) == [State.FAILED, State.SENT]


def test_after_five_days_without_an_arrival_it_is_switched_off_and_the_administrators_hear_of_it(store, heard):
    hook, _secret = hooked(store.admin, heard, "visit.registered")
    arrivals(store, 2)
    heard.answer(*[500] * 60)
    now = LATER
    while Hook.objects.get().on:
        assert now - LATER <= PATIENCE + timedelta(hours=10)
        drain(at=now)
        arrivals(store, 1, now)
        now += timedelta(hours=4)
    assert now - LATER >= PATIENCE
    assert not hook.deliveries.filter(state=State.WAITING).exists()
    assert Message.objects.filter(kind="hook.off").values_list("to", flat=True)[0] == str(store.admin.user.pk)
    assert Message.objects.filter(kind="hook.off").count() == 1
    assert Entry.objects.filter(action="hook.off", actor="system", detail={"why": "failing"}).count() == 1
    tried = len(heard.got)
    drain(at=now + timedelta(days=1))
    assert len(heard.got) == tried


def test_whoever_answers_that_they_are_gone_is_asked_no_more(store, heard):
    hook, _secret = hooked(store.admin, heard, "visit.registered")
    arrivals(store, 3)
    heard.answer(410)
    drain(at=LATER)
    hook.refresh_from_db()
    assert not hook.on
    assert len(heard.got) == 1
    assert set(hook.deliveries.values_list("state", "why")) == {(State.FAILED, "off")}
    assert "410" in str(Message.objects.get(kind="hook.off", to=store.admin.user.pk))


def test_a_redirect_is_no_arrival(store, heard):
    with listener() as inner:
        hook, _secret = hooked(store.admin, heard, "visit.registered")
        arrivals(store, 1)
        heard.answer(307, headers={"Location": f"http://{inner.place}/"})
        drain(at=LATER)
        assert (hook.deliveries.get().answer, inner.connected) == (307, 0)


def test_killed_between_sending_and_noting_it_is_sent_again_under_the_same_id(store, heard, monkeypatch):
    hooked(store.admin, heard, "visit.registered")
    arrivals(store, 1)

    def killed(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(hook_sending, "settle", killed)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            drain(at=LATER)
    assert drain(at=LATER) == 1
    first, second = heard.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


# ── who makes one, and what may be done with it ──

GIVEN = {"name": "ERP", "address": "https://93.184.216.34/in", "events": ["visit.left"], "at": make.MOMENT}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "hook_name"), ({"events": []}, "events_missing"), ({"events": ["phone.reveal"]}, "events_missing"),
        ({"address": "https://127.0.0.1/"}, "hook_inside"), ({"address": "https://169.254.169.254/latest"}, "hook_inside"),
        ({"address": "http://93.184.216.34/"}, "hook_https"), ({"address": "nonsense"}, "hook_address"),
        ({"address": "https://nowhere.invalid/"}, "hook_unknown_host"),
    ],
)  # fmt: skip
def test_what_cannot_be_heard_is_refused_when_it_is_made_and_when_it_is_changed(store, change, code):
    assert refused(services.make_hook, here=store.admin, **{**GIVEN, **change}) == code
    hook, _secret = services.make_hook(here=store.admin, **GIVEN)
    assert refused(services.change_hook, here=store.admin, hook=hook, **{**GIVEN, **change}) == code
    assert Hook.objects.get().address == GIVEN["address"]


def test_an_address_that_leads_inside_by_now_is_connected_neither_on_trial_nor_on_sending(store, heard, settings):
    """It was open when it was saved; the operator took the house's listener off the list, or the name moved."""
    hook, _secret = hooked(store.admin, heard, "visit.registered")
    settings.GUISHU_HOOKS_INSIDE = frozenset()
    Hook.objects.filter(pk=hook.pk).update(address=f"https://{heard.place}/")
    hook.refresh_from_db()
    assert services.try_hook(here=store.admin, hook=hook, at=make.MOMENT).why == "inside"
    arrivals(store, 1)
    assert drain(at=LATER) == 0
    assert heard.connected == 0


def test_the_secret_is_sealed_and_in_no_line_of_the_log(store):
    _hook, secret = services.make_hook(here=store.admin, **GIVEN)
    assert secret.encode() not in bytes(Hook.objects.get().sealed_secret)
    assert secret not in str(list(Entry.objects.values()))


def test_two_of_a_project_have_two_names_and_there_is_an_end_to_them(store, estate, monkeypatch):
    services.make_hook(here=store.admin, **GIVEN)
    assert refused(services.make_hook, here=store.admin, **GIVEN) == "name_taken"
    services.make_hook(here=estate.manager, **GIVEN)
    monkeypatch.setattr(services, "MOST", 1)
    assert refused(services.make_hook, here=store.admin, **{**GIVEN, "name": "CRM"}) == "too_many_hooks"


def test_a_trial_that_arrives_sends_at_once_what_was_waiting(store, heard):
    hook, secret = hooked(store.admin, heard, "visit.registered")
    arrivals(store, 2)
    heard.answer(500)
    drain(at=LATER)
    hook.refresh_from_db()
    tried = services.try_hook(here=store.admin, hook=hook, at=LATER)
    assert (tried.kind, tried.state, tried.answer) == ("webhook.test", State.SENT, 200)
    assert true(heard.got[-1], secret)
    assert drain(at=LATER) == 2


def test_trials_are_limited(store, heard):
    hook, _secret = hooked(store.admin, heard)
    for _n in range(TRIALS_AN_HOUR):
        services.try_hook(here=store.admin, hook=hook, at=make.MOMENT)
    assert refused(services.try_hook, here=store.admin, hook=hook, at=make.MOMENT) == "too_many_trials"
    assert len(heard.got) == TRIALS_AN_HOUR


def test_what_failed_is_sent_again_and_what_waits_or_was_a_trial_is_not(store, heard):
    hook, _secret = hooked(store.admin, heard, "visit.registered")
    arrivals(store, 1)
    row = hook.deliveries.get()
    again = {"here": store.admin, "hook": hook, "delivery": row.pk, "at": LATER}
    assert refused(services.send_delivery_again, **again) == "still_waiting"
    drain(at=LATER)
    services.send_delivery_again(**again)
    assert drain(at=LATER) == 1
    assert [got.headers["webhook-id"] for got in heard.got] == [str(row.event)] * 2
    tried = services.try_hook(here=store.admin, hook=hook, at=LATER)
    assert refused(services.send_delivery_again, **{**again, "delivery": tried.pk}) == "trial"
    services.switch_hook(here=store.admin, hook=hook, on=False, at=LATER)
    assert refused(services.send_delivery_again, **again) == "hook_off"


def test_deliveries_are_forgotten_a_month_after_they_arrived(store, heard):
    hook, _secret = hooked(store.admin, heard, "visit.registered")
    arrivals(store, 1)
    drain(at=LATER)
    arrivals(store, 1, LATER)
    assert forget(at=LATER + hook_sending.KEPT) == 0
    assert forget(at=LATER + hook_sending.KEPT + timedelta(seconds=1)) == 1
    assert hook.deliveries.get().state == State.WAITING


def test_what_a_hook_is_told_of_a_case_is_told_to_no_agency_more_than_before(store, heard):
    """A webhook is an act of who keeps the settings: nobody else makes one, and its words hold no claimant."""
    hooked(store.admin, heard)
    procedure.contested(store)
    told = [row.body["data"] for row in HookDelivery.objects.filter(kind="collision.opened")]
    assert [sorted(data) for data in told] == [["collision", "link", "project", "resource"]]
    assert Collision.objects.get().no == told[0]["collision"]
    assert not any(report.no in str(told) for report in Registration.objects.all())
