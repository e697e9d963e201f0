"""Every clause that splits, with its worked sums: from the deal over the ruling of the engine to the booked lines and the export's rows.

A case file of the specification is ruled by its policy, its deal is signed in the application, and the ruling is booked.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from arbitration.engine import decide
from arbitration.engine.case import fen, moment
from arbitration.models import Collision, Ruling
from arbitration.shares import COMPANY, Key, Kind
from finance.exports import Ask
from finance.exports.splits import table
from finance.services import book_ruling
from leads.models import Deal
from leads.money import split
from people.models import Team
from tests import ledger, make
from tests.arbitration.casting import Cast
from tests.engine.corpus import case_and_pack

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Worked:
    """A clause, the case of it, and who gets what: exactly this order. `credit`: where the credit goes otherwise."""

    clause: str
    case: str
    yuan: dict[str, str]
    credit: dict[str, str] | None = None


TABLE = [
    Worked("D01-P.c3", "D01-P.c3-T1", {"fund S1": "8000.00"}),
    Worked("D01-P.c2", "D01-P.c2-T1", {"fund S1": "8000.00"}),
    Worked("D04-3.5", "D04-3.5-T1", {"a_sun": "6000.00", "b_gu": "4000.00"}),
    Worked("D07-8.4", "D07-8.6-T2", {"Ag1": "15000.00", "Ag2": "35000.00"}),  # agreed between them, 30/70
    Worked("D07-8.6.1", "D07-8.6.1-T1", {"Ag1": "5000.00", "Ag2": "45000.00"}),
    Worked("D07-8.6.2", "D07-8.6.2-T1", {"Ag1": "20000.00", "Ag2": "30000.00"}),
    Worked("D07-8.6.3", "D07-8.6.3-T1", {"Ag1": "25000.00", "Ag2": "25000.00"}),
    Worked("D07-8.8b", "D07-8.8b-T1", {"Ag1": "50000.00"}),  # who objected late gets nothing
    Worked("D09-1a", "D09-1a-T1", {"deng_wei": "6000.00"}),
    Worked("D09-4a", "D09-4a-T1", {"zhou_min": "3000.00", "an_qi": "3000.00"}),
    Worked("D09-4b", "D09-4b-T1", {"zhou_min": "3000.01", "an_qi": "3000.00"}),  # G-07: the odd fen to who reported first
    Worked("D09-5d", "D09-5d-T1", {"song_jia": "4800.00"}),
    Worked("D09-7b", "D09-7b-T1", {"chen_hao": "6000.00"}),
    Worked("D09-8b", "D09-8b-T1", {"deng_wei": "3000.00", "tang_yu": "3000.00"}),
    Worked("D17-1.h4", "D17-1.h4-T1", {"fund hall1": "10000.00"}),
    Worked("D17-3.1", "D17-3.1-T1", {"bai_lin": "5000.00", "yuan_fei": "5000.00"}),
    Worked("D17-3.2", "D17-3.2-T1", {"bai_lin": "3000.00", "yuan_fei": "7000.00"}),
    Worked("D17-3.3", "D17-3.3-T1", {"bai_lin": "10000.00"}),
    Worked("D17-3.4a", "D17-3.4a-T1", {"tang_yu": "7000.00", "deng_wei": "3000.00"}),
    Worked("D18-4", "D18-4-T1", {"song_jia": "3000.00", "chen_hao": "7000.00"}, {"song_jia": "1150000.00"}),
    Worked("D18-5", "D18-5-T1", {"song_jia": "5000.01", "chen_hao": "5000.00"}, {"song_jia": "1150000.00"}),
    # G-09: more than two
    Worked("G-09", "D09-G09-T1", {"an_qi": "1666.67", "zhou_min": "1666.67", "he_rui": "1666.66"}),
    Worked("G-09", "D17-G09-T1", {"bai_lin": "1500.00", "yuan_fei": "1500.00", "tao_ran": "7000.00"}),
    Worked(
        "G-09", "D18-G09-T1", {"song_jia": "3333.34", "chen_hao": "3333.33", "lin_yue": "3333.33"}, {"song_jia": "1150000.00"}
    ),
]  # fmt: skip
CLAUSES = Path(__file__).parent.parent / "spec" / "clauses.json"


def test_the_table_has_every_clause_that_splits():
    rows = json.loads(CLAUSES.read_text("utf-8"))["clauses"]
    splits = {row["id"] for row in rows if row["type"] == "split"}
    assert splits == splits & {row.clause for row in TABLE}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.case)
def test_a_clause_is_booked_to_the_fen_as_its_worked_test_says(row):
    world = World(row.case)
    deal, ruling = world.signed(), world.ruled()
    assert row.clause in ruling.rules
    book_ruling(ruling=ruling, at=make.MOMENT)
    booked = [(world.name(who), fen_) for who, fen_ in ledger.splits(deal)]
    assert booked == [(name, fen(yuan)) for name, yuan in row.yuan.items()]
    assert sum(fen_ for _who, fen_ in booked) == deal.commission_fen
    assert {world.name(who): sum_ for who, sum_ in ledger.sums(deal, ledger.CREDIT).items()} == credit(row, deal)
    assert ledger.balanced()
    exported(world, row)


def credit(row, deal):
    """What each has of the contract's sum: as written in the table, or the commission's percentages of it."""
    if row.credit:
        return {name: fen(yuan) for name, yuan in row.credit.items()}
    parts = split(deal.amount_fen, [line.share_bp for line in ledger.lines(deal)])
    return dict(zip(row.yuan, parts, strict=True))


def exported(world, row):
    """Its lines as finance exports them."""
    records = list(table(Ask(world.project, "202504", world.manager.user)).records)
    told = [(str(record[5]), str(record[7]), record[10]) for record in records]
    assert [(name, yuan) for name, yuan, _clauses in told] == [(label(name), yuan) for name, yuan in row.yuan.items()]
    assert all(row.clause in clauses for _name, _yuan, clauses in told)


def label(name):
    return f"{name.removeprefix('fund ')}的营销经费" if name.startswith("fund ") else name


class World(Cast):
    """The cast of a case of the specification, its deal, and the ruling of its policy as a signed one."""

    def __init__(self, name):
        super().__init__(name)
        self.contract = next(event for event in self.given["events"] if event["type"] == "contract")
        about = self.customers[self.contract["customer"]]
        self.case = Collision.objects.create(
            no="ZD-1", project=self.project, customer=about, trigger="by_hand", source="x", opened_at=make.MOMENT,
            changed_at=make.MOMENT,
        )  # fmt: skip

    def name(self, who):
        return "company" if who is None else f"fund {who.name}" if isinstance(who, Team) else who.name

    def signed(self):
        by = self.contract["by"]
        closer = self.people[by if isinstance(by, str) else by[0]].user
        return Deal.objects.create(
            no="HT-1", project=self.project, customer=self.case.customer, closer=closer, entered_by=self.manager.user,
            amount_fen=fen(self.contract["amount"]), commission_fen=fen(self.contract["commission"]),
            signed_at=moment(self.contract["at"]),
        )  # fmt: skip

    def ruled(self):
        case, pack = case_and_pack(self.given["case"])
        told = decide(case, pack).as_dict()
        owner = self.people.get(told["owner"])
        keys = [self.key(who) for who in told["shares"]]
        kind = Ruling.Owner.PERSON if owner else told["owner"] if told["owner"] == "company" else Ruling.Owner.UNCHANGED
        return Ruling.objects.create(
            no="CD-1", collision=self.case, kind="agreed", owner_kind=kind, owner=owner.user if owner else None,
            shares_kind=[key.kind for key in keys], shares_to=[key.pk for key in keys],
            shares_bp=list(told["shares"].values()), reason="同意", rules=told["fired"], by=self.manager.user, at=make.MOMENT,
        )  # fmt: skip

    def key(self, who):
        if who.startswith("team_fund:"):
            return Key(Kind.TEAM_FUND, Team.objects.get(name=who.removeprefix("team_fund:")).pk)
        if who in self.orgs:
            return Key(Kind.ORGANISATION, self.orgs[who].pk)
        return Key(Kind.PERSON, self.people[who].user.pk) if who in self.people else COMPANY
