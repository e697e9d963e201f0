"""Bounded queries: no page asks the database more often because there is more to show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arbitration import services as arbitration
from penalties import services as penalties
from people.models import User
from people.workplace import workplace
from tests import agencies, make, sanctions
from tests.arbitration import test_by_hand as by_hand
from tests.arbitration.test_collisions import signed
from tests.periods import deal
from tests.programs import program
from tests.visits.incidents import keeping, opened
from visits.services import Reported, answer_conduct, expect, report_conduct

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
MOST = 12  # with session, user, workplace and badge, which are four on every page
PAGES = {
    "desk": ["/desk", "/visits", "/rotation", "/conduct", "/incidents", "/incidents/figures", "/policy"],
    "li": ["/me", "/me?book=visit", "/me?book=signed", "/me/print", "/me/tasks", "/register", "/inbox", "/expected",
        "/pool", "/offers", "/transfers", "/expected", "/penalties/mine"],
    "manager": ["/cases", "/cases?tab=ruled", "/cases/warnings", "/cases/insight", "/books",
        "/settings/territories", "/reviews", "/prechecks", "/inbound", "/questions", "/announced",
        "/requests", "/looks", "/handovers", "/work", "/cases/new", "/cases/subjects", "/penalties", "/accusations", "/rewards"],
    "finance": ["/wages", "/settlements", "/period/202504", "/period/202504/figures", "/period/202504/exports"],
    "admin": ["/audit", "/settings/people", "/settings/teams", "/settings/agencies", "/import",
        "/settings/channels", "/settings/channels/robots/new", "/settings/channels/sms",
        "/settings/webhooks", "/settings/signing-in", "/settings/retention", "/account"],
}  # fmt: skip


def fill(store, start, count):
    found = User.objects.filter(username="gao").first()
    agency = make.agency("安居公司")
    agent = workplace(found, store.project, make.MOMENT) if found else make.person(
        "gao", "高翔", "agent", store.project, organisation=agency
    )  # fmt: skip
    for i in range(start, start + count):
        number = f"1380000{i:04d}"
        make.registered(store.li, make.at("2025-04-01 10:00"), number=number)
        make.registered(store.wang, make.at("2025-04-02 10:00"), number=number)
        customer, early = make.customer(number), make.at("2025-04-28 09:00")
        for here, present in ((store.li, True), (agent, False)):
            make.registered(here, make.at("2025-04-03 10:00"), number=number)
            expect(
                here=here,
                customer=customer,
                site=store.site,
                on=early.date(),
                about=None,
                present=present,
                note="",
                at=early,
            )
        make.arrived(store, make.MOMENT, number=number)
        opened(keeping(store).desk, "complaint", make.MOMENT, customer=make.customer(number))
        told = Reported(kind="non_cooperation", by=store.wang.user, happened_at=make.MOMENT)
        row = report_conduct(here=store.desk, report=told, at=make.MOMENT)
        answer_conduct(here=store.wang, conduct=row, what="忘了", at=make.MOMENT)
        _sanctioned(store, i)


def _sanctioned(store, i):
    """王芳 reported 李强, who was told of a warning; he is to be rewarded, too; wages are entered."""
    made = sanctions.established(store, store.wang, store.li)
    plan = penalties.Plan(kind="warning", reason="抢单")
    row = penalties.propose_from_accusation(here=store.manager, accusation=made, plan=plan, at=make.MOMENT)
    sanctions.noticed(store.manager, row, make.MOMENT)
    penalties.approve_reward(here=store.general, reward=sanctions.rewarded(store), at=make.MOMENT)
    sanctions.wage(store, store.li, 8_000_00, f"2025{i % 12 + 1:02d}")


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        make.read(client.get(url))
    return len(asked)


@pytest.mark.parametrize("who", PAGES)
def test_no_page_asks_more_for_ten_than_for_two(store, signed_in, who):
    client = signed_in(getattr(store, who))
    fill(store, 0, 2)
    few = {url: queries(client, url) for url in PAGES[who]}
    fill(store, 2, 8)
    many = {url: queries(client, url) for url in PAGES[who]}
    assert {url: (few[url], count) for url, count in many.items() if count > min(few[url], MOST)} == {}


@pytest.mark.parametrize("number", [make.PHONE, "13711112222", "139****3333"])
def test_a_pre_check_asks_at_most_twelve_times_on_the_page_and_over_the_api(store, signed_in, number):
    """Of a customer whom a colleague follows, who is told of it; of one whom nobody knows; of a mask."""
    make.registered(store.li, make.at("2025-04-20 10:00"))
    page, asks = signed_in(store.wang), program(store.zhao)
    for ask in (
        lambda: page.post("/register/check", {"text": f"王先生 {number}"}, headers={"HX-Request": "true"}),
        lambda: asks.post("precheck", {"number": number}),
    ):
        with CaptureQueriesContext(connection) as asked:
            assert ask().status_code == 200
        assert len(asked) <= 12, [query["sql"][:80] for query in asked.captured_queries]


def test_a_new_customer_is_registered_over_the_api_in_at_most_fourteen_statements(store):
    reports = program(store.wang)
    with CaptureQueriesContext(connection) as asked:
        assert reports.post("registrations", {"number": make.PHONE, "name": "张建国"}).status_code == 201
    assert len(asked) <= 14, [query["sql"][:80] for query in asked.captured_queries]


def test_a_customers_page_asks_at_most_twelve_times_whoever_looks(store, signed_in):
    fill(store, 0, 3)
    url = f"/customers/{make.customer('13800000001').pk}"
    assert {
        who: n for who in ("li", "manager", "desk") if (n := queries(signed_in(getattr(store, who)), url)) > 12
    } == {}


def test_a_case_page_is_bounded(store, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    signed(store, store.wang)
    case = store.project.collisions.get()
    client = signed_in(store.manager)
    few = queries(client, f"/cases/{case.no}")
    for day in range(3, 9):
        make.registered(store.wang, make.at(f"2025-04-0{day} 10:00"))
        make.arrived(store, make.at(f"2025-04-0{day} 12:00"))
    assert queries(client, f"/cases/{case.no}") <= few <= 12


def looked_at(case, cast, signed_in):
    """How often the page of a case asks for each of these people."""
    return {here.user.username: queries(signed_in(here), f"/cases/{case.no}") for here in cast}


def test_a_case_between_agencies_asks_at_most_twelve_times_whoever_looks(estate, signed_in):
    agencies.in_force(estate)
    case, site = agencies.ripe(estate), {"here": estate.counterpart, "at": make.MOMENT}
    cast = (estate.manager, estate.general, estate.counterpart, estate.anju, estate.hengxin)
    assert max(looked_at(case, cast, signed_in).values()) <= MOST

    def more(day):
        visit = make.arrived(estate, make.at(f"2025-03-{day} 15:00"))
        arbitration.record_slip(case=case, visit=visit, broker=estate.anju.user, **site)
        arbitration.record_bring(case=case, visit=visit, broker=estate.hengxin.user, present=True, **site)
        arbitration.record_closing(case=case, people=[estate.anju.user], **site)
        agencies.call(estate.anju, case, agencies.ANJU, f"2025-03-{day} 18:40", at=f"2025-04-{day} 09:30")

    more(16)
    few = looked_at(case, cast, signed_in)
    for day in range(17, 22):
        more(day)
    many = looked_at(case, cast, signed_in)
    assert {who: (few[who], count) for who, count in many.items() if count > min(few[who], MOST)} == {}


def test_a_case_about_a_thing_asks_at_most_twelve_times_whoever_looks(store, signed_in):
    policy = arbitration.publish("media-slots", at=make.LONG_AGO)
    arbitration.put_in_force(project=store.project, policy=policy, by="tests", at=make.LONG_AGO)
    make.registered(store.li, make.at("2025-03-01 10:00"))
    make.registered(store.wang, make.at("2025-03-01 11:00"), number=by_hand.OTHER, name="赵秀英")
    thing = arbitration.add_subject(here=store.manager, kind="media_slot", name="3 号灯箱", at=make.MOMENT)
    case = by_hand.opened(store, thing, by_hand.claimed(store))
    cast = (store.manager, store.general, store.li, store.wang)
    offered(store, case, 50_000_00)
    few = looked_at(case, cast, signed_in)
    for more in range(1, 6):
        offered(store, case, 50_000_00 + more)
    many = looked_at(case, cast, signed_in)
    assert {who: (few[who], count) for who, count in many.items() if count > min(few[who], MOST)} == {}


def offered(store, case, fen):
    """Both who want it offer a price."""
    by_hand.offer(store, store.li, case, make.customer(), fen)
    by_hand.offer(store, store.wang, case, make.customer(by_hand.OTHER), fen + 1_00)


def test_statements_and_the_closing_of_a_month_are_bounded(store, signed_in):
    def asked(count):
        for i in range(count, count + 6, 2):
            deal(store.li, f"1390001{i:04d}", 100_00)
            deal(store.wang, f"1390001{i + 1:04d}", 100_00)
        return [
            queries(signed_in(store.finance), url)
            for url in ("/period/202504/close", f"/statements/202504/p{store.li.user.pk}")
        ]

    few, many = asked(0), asked(10)
    assert [n <= m for n, m in zip(many, few, strict=True)] == [True, True]
    assert max(many) <= 60
