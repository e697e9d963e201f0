"""What agencies and team funds get of a commission: to the fen, on the page, in the exports, in the statement."""

import pytest
from django.db import IntegrityError, transaction

from arbitration import services
from arbitration.cases.proposals import propose
from arbitration.models import Collision, Ruling
from arbitration.services import Decision
from finance.models import Account
from people.models import Team
from tests import agencies, exports, ledger, make
from tests.arbitration.test_collisions import signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruled(estate):
    """40 to 安居, 60 to 恒信 of ¥50,000.01, ruled on 28 April."""
    deal = agencies.closed(estate)
    rule(estate, [(estate.anju.organisation, 4_000), (estate.hengxin.organisation, 6_000)])
    return deal


def rule(estate, shares, at=make.MOMENT, here=None):
    case = Collision.objects.get()
    return services.decide_case(
        here=here or estate.manager, case=case, seen_version=case.version, seen_proposal=propose(case, at).fingerprint,
        decision=Decision(kind=Ruling.Kind.OTHERWISE, reason="按合同第八条", shares=shares), at=at,
    )  # fmt: skip


def test_the_lines_are_the_agencies_and_add_up(estate, ruled):
    assert ledger.splits() == [(estate.anju.organisation, 20_000_00), (estate.hengxin.organisation, 30_000_01)]
    assert sum(fen for _who, fen in ledger.splits(ruled)) == ruled.commission_fen
    assert ledger.balanced()


def test_the_ruling_keeps_who_got_it(estate, ruled):
    ruling = Ruling.objects.get()
    assert ruling.shares_kind == ["organisation", "organisation"]
    assert ruling.shares_to == [estate.anju.organisation.pk, estate.hengxin.organisation.pk]


def test_the_month_shows_agencies(estate, ruled, signed_in, at_noon):
    text = signed_in(estate.finance).get("/period/202504").content.decode()
    for part in ("安居公司", "恒信公司", "¥20,000.00", "¥30,000.01", "¥50,000.01"):
        assert part in text


def test_the_export_names_agencies(estate, ruled, signed_in, at_noon):
    rows = exports.rows(exports.fetched(make.proven(signed_in(estate.finance))))[1:]
    assert [(row[5], row[7]) for row in rows] == [("安居公司", "20000.00"), ("恒信公司", "30000.01")]


def test_an_agent_sees_what_the_agency_gets_and_not_what_the_other_gets(estate, ruled, signed_in, at_noon):
    text = signed_in(estate.anju).get("/statements/202504").content.decode()
    assert "¥20,000.00" in text
    assert "安居公司" in text
    assert "恒信公司" not in text
    assert f"/deals/{ruled.no}" not in text  # a page that this person may not open


def test_a_fund_of_a_team_gets_a_share_and_its_leader_sees_it(estate, signed_in, at_noon):
    team = Team.objects.create(name="案场一组", organisation=make.house(), leader=estate.manager.user)
    deal = agencies.closed(estate)
    rule(estate, [(team, 10_000)])
    (line,) = ledger.lines()
    assert (line.account.team, line.amount_fen, line.account.holder_label) == (
        team, deal.commission_fen, "案场一组的营销经费",
    )  # fmt: skip
    assert "案场一组的营销经费" in signed_in(estate.manager).get("/statements/202504").content.decode()


def test_a_ruling_that_is_superseded_is_reversed_agency_by_agency(estate, ruled):
    services.reopen(
        here=estate.general, case=Collision.objects.get(), reason="有新证据", at=make.at("2025-05-01 10:00")
    )
    shares = [(estate.anju.organisation, 5_000), (estate.hengxin.organisation, 5_000)]
    rule(estate, shares, at=make.at("2025-05-02 10:00"), here=estate.general)
    assert ledger.sums() == {estate.anju.organisation: 25_000_01, estate.hengxin.organisation: 25_000_00}


def test_an_agents_uncontested_deal_is_the_agencys(estate):
    """The house has a contract with the agency, not with its agents (docs/decisions/0008)."""
    make.registered(estate.anju, make.at("2025-04-01 10:00"))
    (line,) = ledger.lines(signed(estate, estate.anju, commission=6_000_01))
    assert (line.account.holder, line.share_bp, line.amount_fen) == (estate.anju.organisation, 10_000, 6_000_01)
    assert line.account.kind == Account.Kind.ACCRUED  # until Party A settles (G-29)


def test_what_a_ruling_gives_an_agent_is_paid_to_the_agency_and_two_agents_of_it_are_one_payee(estate):
    other = make.person("e_jin", "金波", "agent", estate.project, organisation=estate.anju.organisation)
    agencies.closed(estate)
    rule(estate, [(estate.anju.user, 2_000), (other.user, 3_000), (estate.xu.user, 5_000)])
    assert [(line.account.holder, line.share_bp, line.amount_fen) for line in ledger.lines()] == [
        (estate.anju.organisation, 5_000, 25_000_01), (estate.xu.user, 5_000, 25_000_00),
    ]  # fmt: skip


def test_an_agents_uncontested_deal_stands_on_the_agencys_statement(estate, signed_in, at_noon):
    make.registered(estate.anju, make.at("2025-04-01 10:00"))
    signed(estate, estate.anju, commission=6_000_01)
    assert "¥6,000.01" in signed_in(estate.anju).get("/statements/202504").content.decode()
    assert "¥6,000.01" not in signed_in(estate.hengxin).get("/statements/202504").content.decode()


def test_an_account_has_one_holder(estate, ruled):
    account = ledger.lines()[0].account
    account.pk, account.user = None, estate.xu.user
    with pytest.raises(IntegrityError, match="account_of_one_holder"), transaction.atomic():
        account.save(force_insert=True)
