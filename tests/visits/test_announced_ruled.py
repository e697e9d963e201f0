"""D11-M2, D21-M2 as the policy reads the application's own rows: the bring, its slip, the counterpart's two duties."""

from datetime import timedelta

import pytest

from arbitration import casefile
from arbitration import services as arbitration
from arbitration.cases.proposals import propose
from arbitration.engine import decode_case
from arbitration.models import Collision
from leads.services import sign_deal
from people.terms import Terms
from tests import make
from tests.visits.test_announced import AT, CAME, REPORTED, came, gateway, sms
from tests.visits.test_expected import expect
from visits import services
from visits.models import Expected

pytestmark = pytest.mark.django_db
__all__ = ["gateway"]  # a fixture


def ruled_by(estate, pack="channel-project@1"):
    """The measures are in force at the estate."""
    policy = arbitration.publish(pack, at=make.LONG_AGO)
    arbitration.put_in_force(
        project=estate.project, policy=policy, terms=Terms(protection_days=7), by="tests", at=make.LONG_AGO
    )
    estate.project.refresh_from_db()


def contested(estate, gateway, when=AT, pack="channel-project@1"):
    """恒信 reported first; 高翔's SMS announces the customer, who comes without him and closes with him the same day."""
    ruled_by(estate, pack)
    make.registered(estate.hengxin, REPORTED)
    if when < CAME:
        sms(gateway, when=when)
    came(estate)
    if when >= CAME:
        sms(gateway, when=when)
    sign_deal(
        here=estate.manager, customer=make.customer(), closer=estate.anju.user, amount_fen=1_450_000_00,
        commission_fen=36_000_00, designer=None, term_months=None, at=make.at("2025-03-03 17:00"),
    )  # fmt: skip
    return Collision.objects.get()


def events(case, *types, when="2025-03-04 09:00"):
    file = casefile.build(case, "channel-project@1", make.at(when))
    decode_case(file.case)
    return [event for event in file.case["events"] if event["type"] in types]


@pytest.mark.parametrize(("pack", "clause"), [("channel-project@1", "D11-M2a"), ("channel-project@2", "D21-M2a")])
def test_a_case_of_the_application_is_ruled_by_the_announced_visit(estate, gateway, pack, clause):
    """The visit counts as the broker's bring, and the broker closed: theirs."""
    case = contested(estate, gateway, pack=pack)
    proposal = propose(case, make.at("2025-03-04 09:00"))
    assert proposal.status == "decided"
    assert {proposal.names[who]: bp for who, bp in proposal.ruling["shares"].items()} == {"高翔": 10_000}
    assert clause in proposal.ruling["fired"]


def test_a_late_announcement_does_not_rule_it(estate, gateway):
    case = contested(estate, gateway, when=CAME + timedelta(minutes=1))
    proposal = propose(case, make.at("2025-03-04 09:00"))
    assert "D11-M2a" not in (proposal.ruling.get("fired") or [])
    assert not events(case, "bring", "slip")


def test_the_case_tells_the_bring_its_slip_and_what_the_counterpart_did(estate, gateway):
    case = contested(estate, gateway)
    row = Expected.objects.get()
    later = AT + timedelta(minutes=10)
    services.check_announced(here=estate.counterpart, expected=row, passed=True, note="", at=later)
    services.call_announced(here=estate.counterpart, expected=row, note="确认来", at=later)
    (bring,), (slip,) = events(case, "bring"), events(case, "slip")
    assert (bring["present"], slip["org"]) == (False, f"O{estate.anju.organisation.pk}")
    report = next(e for e in events(case, "report") if e.get("announces_visit"))
    assert report["reviewed_at"] == "2025-03-03T10:40:00+08:00"
    assert [e["mode"] for e in events(case, "contact")] == ["call"]
    duties = {d["clause"]: d["state"] for d in propose(case, make.at("2025-03-04 09:00")).ruling["duties"]}
    assert (duties["D11-M2b"], duties["D11-M2c"]) == ("met", "met")


def test_what_was_announced_on_a_page_goes_by_its_own_channel(estate):
    """The policy lists the channels by which a broker who cannot come may report: here SMS alone."""
    ruled_by(estate)
    make.registered(estate.hengxin, REPORTED)
    make.registered(estate.anju, make.at("2025-03-02 10:00"))
    expect(estate.anju, estate.site, on=AT.date(), present=False, when=AT)
    came(estate)
    announcement = next(e for e in events(Collision.objects.get(), "report") if e.get("announces_visit"))
    assert (announcement["channel"], announcement["at"]) == ("web", "2025-03-03T10:30:00+08:00")
