"""Cases opened by hand: about a customer, and about a thing that several want."""

import pytest

from arbitration import services
from arbitration.cases.proposals import propose
from arbitration.models import Collision, Subject
from arbitration.services import Claimed, Decision
from tests import make
from tests.programs import Program, token
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
OTHER = "13700000001"


@pytest.fixture
def slot(store):
    """A slot that 李强 wants for one customer and 王芳 for another, under D10."""
    services.put_in_force(
        project=store.project, policy=services.publish("media-slots", at=make.LONG_AGO), by="tests", at=make.LONG_AGO
    )
    make.registered(store.li, make.at("2025-03-01 10:00"))
    make.registered(store.wang, make.at("2025-03-01 11:00"), number=OTHER, name="赵秀英")
    return services.add_subject(here=store.manager, kind="media_slot", name="3 号灯箱", at=make.MOMENT)


def claimed(store):
    return [Claimed(store.li.user, make.customer()), Claimed(store.wang.user, make.customer(OTHER))]


def opened(store, about, who, matter="slot", here=None):
    return services.open_by_hand(
        here=here or store.manager, matter=matter, about=about, claimed=who, reason="都要这一个", at=make.MOMENT
    )


def refused(*args, **given):
    with pytest.raises(Refusal) as caught:
        opened(*args, **given)
    return caught.value.code


def offer(store, here, case, customer, fen):
    given = {"by": here.user.pk, "customer": str(customer.pk), "subject": case.subject_id, "price": fen, "days": 30}
    return services.record_event(here=store.manager, case=case, type_="offer", given=given, at=make.MOMENT)


def test_who_gets_the_slot_is_ruled_and_nobody_loses_a_customer(store, slot):
    case = opened(store, slot, claimed(store))
    offer(store, store.li, case, make.customer(), 50_000_00)
    offer(store, store.wang, case, make.customer(OTHER), 48_000_00)
    case.refresh_from_db()
    proposal = propose(case, make.MOMENT)
    assert str(proposal.policy) == "media-slots@1"
    assert (proposal.status, proposal.owner()) == ("decided", ("person", store.li.user.pk))
    held = [make.customer(n).ownerships.get(until=None).user_id for n in (make.PHONE, OTHER)]
    ruling = services.decide_case(
        here=store.manager, case=case, seen_version=case.version, seen_proposal=proposal.fingerprint, at=make.MOMENT,
        decision=Decision(kind="otherwise", reason="价高者得", owner_kind="person", owner=store.li.user),
    )  # fmt: skip
    assert ruling.owner == store.li.user
    assert ruling.shares() == []
    assert [make.customer(n).ownerships.get(until=None).user_id for n in (make.PHONE, OTHER)] == held


def test_whoever_wants_the_same_later_joins_the_case(store, slot):
    first = opened(store, slot, claimed(store)[:1])
    assert opened(store, slot, claimed(store)[1:]) == first
    assert list(first.claims.order_by("letter").values_list("letter", "customer__name")) == [
        ("A", "张建国"),
        ("B", "赵秀英"),
    ]
    assert Collision.objects.filter(matter="slot").count() == 1


def test_what_makes_no_case_is_refused(store, estate, slot):
    both, mine = claimed(store), [Claimed(store.li.user)]
    assert refused(store, slot, mine) == "for_whom"
    assert refused(store, slot, both, matter="order") == "about_thing"
    assert refused(store, slot, both, matter="moon") == "matter_unknown"
    assert refused(store, slot, both[:1] * 2) == "claimed_twice"
    assert refused(store, slot, [Claimed(estate.xu.user, make.customer())]) == "not_selling"
    assert refused(store, make.customer(), mine, matter="customer") == "claimants_two"
    assert refused(store, slot, both, here=store.li) == "not_yours_to_open"
    assert refused(store, slot, both, here=estate.manager) == "not_selling"
    with pytest.raises(Refusal):
        services.add_subject(here=store.manager, kind="media_slot", name="3 号灯箱", at=make.MOMENT)


def test_a_case_about_a_thing_shows_no_slip_of_a_visitor_whom_nobody_knows(store, slot, signed_in):
    agent = make.person("gao", "高翔", "agent", store.project, organisation=make.agency("安居公司"))
    visit = make.arrived(store, make.MOMENT, number="", name="", refused=True, brought_by=agent.user)
    assert visit.customer is None
    case = opened(store, slot, claimed(store))
    assert visit.no not in signed_in(store.manager).get(f"/cases/{case.no}").content.decode()


def test_by_the_page_and_by_a_program(store, slot, signed_in):
    client = signed_in(store.manager)
    answer = client.post("/cases/new", {"matter": "slot", "reason": "都要"})
    assert answer.status_code == 422
    sent = {
        "matter": "slot", "subject": slot.pk, "reason": "都要这一个", "claimant_1": store.li.user.pk, "for_1": make.PHONE,
        "claimant_2": store.wang.user.pk, "for_2": OTHER,
    }  # fmt: skip
    answer = client.post("/cases/new", sent)
    case = Collision.objects.get(matter="slot")
    assert answer["Location"] == f"/cases/{case.no}"
    page = client.get(f"/cases/{case.no}").content.decode()
    assert "争的是：媒体位 3 号灯箱" in page
    assert all(f"为 {claim.customer.name[:1]}**" in page for claim in case.claims.all())
    assert make.PHONE not in page
    assert client.post("/cases/subjects", {"kind": "unit", "name": "2 栋 1502"}).status_code == 302
    assert "2 栋 1502" in client.get("/cases/subjects").content.decode()
    unit = Subject.objects.get(kind="unit")
    body = {
        "matter": "sale", "subject": unit.pk, "reason": "卖了两次",
        "claims": [{"person": store.li.user.pk, "customer": make.PHONE}, {"person": store.wang.user.pk, "customer": OTHER}],
    }  # fmt: skip
    answer = Program(token(store.manager)).post("collisions", body)
    assert (answer.status_code, answer.json()["customer"]) == (201, "2 栋 1502")
    assert len(answer.json()["claimants"]) == 2
    assert Program(token(store.li)).post("collisions", body).status_code == 404
    assert [row["name"] for row in Program(token(store.manager)).get("subjects").json()["results"]] == [
        "2 栋 1502",
        "3 号灯箱",
    ]
