"""D14, clause by clause: the given cases, and what the text says at its edges."""

from copy import deepcopy
from pathlib import Path

import pytest

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.cli import compare
from arbitration.engine.reading import read_case

CASES = sorted((Path(__file__).parent.parent / "spec" / "cases").glob("D14-*.yaml"))
PACK = load_pack("collision-control")
EAST, WEST = {"org": "east"}, {"org": "west"}
ORGS = [{"id": "east", "kind": "own"}, {"id": "west", "kind": "own"}]


def staff(ann=None, bob=None, **more):
    """Ann, Bob and their boss, with further keys."""
    people = {"ann": ann, "bob": bob, **more}
    sells = [{"id": who, "role": "salesperson", "superior": "boss", **(keys or {})} for who, keys in people.items()]
    return [*sells, {"id": "boss", "role": "manager"}, {"id": "top", "role": "general_manager"}]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_given_case_comes_out_as_expected(path):
    given = read_case(path.read_text("utf-8"))
    said = decide(decode_case(given), PACK).as_dict()
    assert list(compare(given["expect"], said)) == []


def rule(*events, ask="2025-04-01T09:00:00", people=None, region=None, industry=None, **more):
    """Rule on a small case; events are (type, at, keys)."""
    about_nobody = ("negotiation", "collision_reported", "cancellation", "evidence", "notice", "investigation")
    rows = [
        {"type": t, "at": f"2025-{at}", **({} if t in about_nobody else {"customer": "c1"}), **keys}
        for t, at, keys in events
    ]
    scope = {key: value for key, value in (("region", region), ("industry", industry)) if value}
    case = {
        "case": "x", "policy": "collision-control", "ask": ask, "people": people or staff(), "orgs": ORGS,
        "customers": [{"id": "c1", **scope}], "events": rows, **more,
    }  # fmt: skip
    return decide(decode_case(deepcopy(case)), PACK, explain=False)


def quote(who, at, mode="quote", **keys):
    return "contact", at, {"by": who, "mode": mode, **keys}


def comes(who, at, initiative="self", **keys):
    return "visit", at, {"initiative": initiative, "asked_for": who, **keys}


def consent(by, to, at, kind="holder_permission"):
    return "consent", at, {"by": by, "to": to, "kind": kind}


def misdeed(who, at, **keys):
    return "conduct", at, {"by": who, "against": "ann", "kind": "unauthorised_contact", **keys}


def closed(at, **keys):
    return "investigation", at, {"by": "boss", "closed": True, **keys}


def found(ruling, clause):
    return {row["about"]: row["result"] for row in ruling.findings if row["clause"] == clause}


def duties(ruling, clause, key="who"):
    return {row[key]: row["state"] for row in ruling.duties if row["clause"] == clause}


def sanctions(ruling):
    return [(row["to"], row["kind"], row.get("amount"), row["clause"]) for row in ruling.sanctions]


BOTH = (quote("ann", "03-03T10:00:00"), quote("bob", "03-05T10:00:00", "negotiate"))


class TestCollision:
    @pytest.mark.parametrize(("at", "met"), [("04-02T23:59:59", True), ("04-03T00:00:00", False)])
    def test_two_who_bargain_within_thirty_days_collide(self, at, met):
        r = rule(BOTH[0], quote("bob", at), ask="2025-05-01T09:00:00")
        assert (found(r, "D14-2.1"), "D14-2.1" in r.fired) == ({"case": "collision" if met else "no_collision"}, met)

    @pytest.mark.parametrize("mode", ["im", "call", "service"])
    def test_a_greeting_is_no_bargaining(self, mode):
        r = rule(BOTH[0], quote("bob", "03-05T10:00:00", mode))
        assert (r.status, r.owner) == ("no_collision", "ann")

    @pytest.mark.parametrize(
        "event",
        [
            ("offer", "03-05T10:00:00", {"by": "bob", "subject": "p"}), ("contract", "03-05T10:00:00", {"by": "bob"}),
            ("reception", "03-05T10:00:00", {"by": "bob", "visit": "v", "mode": "in_turn"}),
        ],
    )  # fmt: skip
    def test_an_offer_a_signing_and_a_reception_are(self, event):
        visit = ("visit", "03-05T09:00:00", {"id": "v"})
        assert "D14-2.1" in rule(BOTH[0], visit, event, subjects=[{"id": "p", "kind": "product"}]).fired


class TestWhatIsNoCollision:
    def test_a_customer_who_compares_companies(self):
        events = (comes("ann", "03-03T09:00:00"), comes("bob", "03-05T09:00:00"), *BOTH)
        r = rule(*events, people=staff(EAST, WEST))
        assert (r.status, r.owner, "D14-2.2a" in r.fired) == ("no_collision", None, True)
        assert found(r, "D14-2.1") == {"case": "no_collision"}

    def test_or_asks_for_them_in_words(self):
        asks = [("statement", "03-03T09:00:00", {"kind": "asks_for", "people": [who]}) for who in ("ann", "bob")]
        assert "D14-2.2a" in rule(*asks, *BOTH, people=staff(EAST, WEST)).fired

    @pytest.mark.parametrize(
        ("events", "people"),
        [
            ((comes("ann", "03-03T09:00:00"), comes("bob", "03-05T09:00:00")), staff(EAST, EAST)),
            ((comes("ann", "03-03T09:00:00"), comes("bob", "03-05T09:00:00", "invited")), staff(EAST, WEST)),
            ((comes("ann", "03-03T11:00:00"), comes("bob", "03-05T09:00:00")), staff(EAST, WEST)),
            ((comes("ann", "03-03T09:00:00"),), staff(EAST, WEST)),
            (
                (comes("ann", "03-03T09:00:00"), comes("bob", "03-05T09:00:00"), misdeed("bob", "03-06T09:00:00")),
                staff(EAST, WEST),
            ),
        ],
        ids=["one company", "invited", "quoted before they came", "came to one only", "not bargaining normally"],
    )
    def test_but_not_otherwise(self, events, people):
        r = rule(*events, *BOTH, people=people)
        assert ("D14-2.2a" in r.fired, "D14-2.1" in r.fired) == (False, True)

    def signed(self, bob, **more):
        events = [
            ("contract", f"03-0{n}T10:00:00", {"id": id_, "by": who})
            for n, id_, who in ((4, "k1", "ann"), (6, "k2", "bob"))
        ]
        return rule(*BOTH, *events, *more.pop("then", ()), people=staff(EAST, bob), **more)

    def test_a_customer_who_works_with_several_companies(self):
        r = self.signed(WEST)
        assert (r.status, "D14-2.2b" in r.fired, "D14-2.1" in r.fired) == ("no_collision", True, False)

    def test_but_not_with_two_people_of_one_company_nor_where_one_contract_was_cancelled(self):
        assert "D14-2.2b" not in self.signed(EAST).fired
        cancelled = ("cancellation", "03-08T10:00:00", {"contract": "k2"})
        assert "D14-2.2b" not in self.signed(WEST, then=[cancelled]).fired

    def test_a_contract_tells_the_company_where_the_person_does_not(self):
        events = [
            ("contract", f"03-0{n}T10:00:00", {"by": who, "org": org})
            for n, who, org in ((4, "ann", "east"), (6, "bob", "west"))
        ]
        assert "D14-2.2b" in rule(*BOTH, *events).fired

    @pytest.mark.parametrize(
        ("leave", "legitimate"),
        [
            (consent("ann", "bob", "03-05T10:00:00"), True), (consent("ann", "bob", "03-05T10:00:01"), False),
            (consent("boss", "bob", "03-04T10:00:00", "manager_assignment"), True),
            (consent("bob", "bob", "03-04T10:00:00"), False), (consent("cat", "bob", "03-04T10:00:00"), False),
            (consent("ann", "bob", "03-04T10:00:00", "customer_consent"), False),
        ],
    )  # fmt: skip
    def test_training_and_sharing_need_consent_beforehand(self, leave, legitimate):
        r = rule(leave, *BOTH, people=staff(cat=None))
        assert ("D14-2.2c" in r.fired, "D14-2.1" in r.fired) == (legitimate, not legitimate)

    def test_what_is_no_collision_need_not_be_reported(self):
        known = ("collision_known", "03-05T11:00:00", {"by": "ann"})
        assert duties(rule(consent("ann", "bob", "03-04T10:00:00"), *BOTH, known), "D14-3.1") == {}
        assert duties(rule(*BOTH, known), "D14-3.1") == {"ann": "breached"}


class TestWhoseCustomerItIs:
    def test_whoever_holds_the_region(self):
        r = rule(*BOTH, people=staff({"territory": ["north"]}, {"territory": ["south"]}), region="north")
        assert (r.status, r.owner, r.shares, "D14-4.2" in r.fired) == ("decided", "ann", {"ann": 10_000}, True)

    def test_even_before_they_had_to_do_with_the_customer(self):
        entered = ("report", "03-03T10:00:00", {"by": "bob"})
        r = rule(entered, people=staff({"territory": ["north"]}, {"territory": ["south"]}), region="north")
        assert (r.owner, "D14-4.2" in r.fired) == ("ann", True)

    def test_the_region_goes_before_the_industry(self):
        people = staff({"territory": ["food"]}, {"territory": ["north"]})
        assert rule(*BOTH, people=people, region="north", industry="food").owner == "bob"

    def test_the_industry_decides_where_nobody_holds_the_region(self):
        people = staff({"territory": ["food"]}, {"territory": ["south"]})
        assert rule(*BOTH, people=people, region="north", industry="food").owner == "ann"

    def test_of_two_in_a_region_whoever_holds_the_industry_too(self):
        people = staff({"territory": ["north", "food"]}, {"territory": ["north"]})
        assert rule(*BOTH, people=people, region="north", industry="food").owner == "ann"

    @pytest.mark.parametrize("territory", [["west"], ["north"]], ids=["nobody", "both"])
    def test_without_one_holder_the_superior_decides(self, territory):
        people = staff({"territory": territory}, {"territory": territory})
        r = rule(*BOTH, people=people, region="north")
        assert (r.status, r.to, "D14-4.2" in r.fired) == ("escalated", "boss", False)

    def test_and_names_who_follows(self):
        r = rule(*BOTH, consent("boss", "ann", "03-08T10:00:00", "manager_assignment"))
        assert (r.owner, "D14-3.3a" in r.fired) == ("ann", True)

    def test_of_two_superiors_neither_decides(self):
        people = [*staff({"superior": "ben"}), {"id": "ben", "role": "manager"}]
        assert rule(*BOTH, people=people).to == "top"

    def test_a_holder_who_left_holds_nothing(self):
        people = staff({"territory": ["north"], "resigned_at": "2025-03-10T00:00:00"})
        r = rule(
            *BOTH,
            quote("cat", "03-06T10:00:00"),
            people=[*people, {"id": "cat", "role": "salesperson"}],
            region="north",
        )
        assert (r.status, "G-10" in r.fired) == ("escalated", True)

    def test_the_parties_may_settle_otherwise(self):
        settled = (
            "negotiation",
            "03-06T10:00:00",
            {"outcome": "settled", "owner": "bob", "confirmed_by": ["ann", "bob"]},
        )
        r = rule(*BOTH, settled, people=staff({"territory": ["north"]}), region="north")
        assert (r.owner, "G-48" in r.fired) == ("bob", True)

    def test_the_holder_alone_goes_on(self):
        r = rule(BOTH[0], people=staff({"territory": ["north"]}), region="north")
        assert (r.status, r.owner, "D14-4.2" in r.fired) == ("no_collision", "ann", False)


class TestHandling:
    KNOWN = ("collision_known", "03-05T10:00:00", {"by": "bob"})

    @pytest.mark.parametrize(
        ("at", "to", "state"),
        [
            ("03-05T10:30:00", "boss", "met"), ("03-05T10:30:01", "boss", "breached"),
            ("03-05T10:10:00", "ann", "breached"), (None, None, "breached"),
        ],
    )  # fmt: skip
    def test_the_superior_is_told_within_half_an_hour(self, at, to, state):
        told = [("collision_reported", at, {"by": "bob", "to": to})] if at else []
        r = rule(*BOTH, self.KNOWN, *told)
        assert (duties(r, "D14-3.1"), "D14-3.1" in r.fired) == ({"bob": state}, state == "breached")

    @pytest.mark.parametrize(
        ("opened", "ask", "state"),
        [
            ("03-05T23:59:59", "2025-03-10T09:00:00", "met"), ("03-06T00:00:00", "2025-03-10T09:00:00", "breached"),
            (None, "2025-03-05T23:59:59", "open"), (None, "2025-03-06T00:00:00", "breached"),
        ],
    )  # fmt: skip
    def test_the_investigation_opens_within_two_working_days(self, opened, ask, state):
        told = ("collision_reported", "03-03T10:20:00", {"by": "bob", "to": "boss"})
        look = [("investigation", opened, {"by": "boss", "opened": True})] if opened else []
        assert duties(rule(*BOTH, told, *look, ask=ask), "D14-3.2") == {"boss": state}

    def test_a_further_day_off_moves_the_term(self):
        told = ("collision_reported", "03-03T10:20:00", {"by": "bob", "to": "boss"})
        r = rule(*BOTH, told, ask="2025-03-06T10:00:00", params={"holidays": ["2025-03-05"]})
        assert duties(r, "D14-3.2") == {"boss": "open"}

    @pytest.mark.parametrize(
        ("ask", "states"),
        [
            ("2025-03-11T23:59:59", {"ann": "met", "bob": "open"}),
            ("2025-03-12T00:00:00", {"ann": "met", "bob": "breached"}),
        ],
    )
    def test_each_party_is_told_the_result_within_two_working_days_of_the_closing(self, ask, states):
        result = ("notice", "03-10T10:00:00", {"by": "boss", "to": "ann", "kind": "result"})
        other = ("notice", "03-10T10:00:00", {"by": "boss", "to": "bob", "kind": "reminder"})
        r = rule(*BOTH, closed("03-07T17:00:00"), result, other, ask=ask)
        assert (duties(r, "D14-3.4", "about"), duties(r, "D14-3.4").keys()) == (states, {"boss"})

    def test_while_the_investigation_is_open_nobody_is_told(self):
        look = ("investigation", "03-07T17:00:00", {"by": "boss", "opened": True})
        assert duties(rule(*BOTH, look), "D14-3.4") == {}


class TestSanctions:
    @pytest.mark.parametrize(
        ("acts", "proposed"),
        [
            ([{}], [("bob", "warning", None, "D14-3.3b")]),
            ([{}, {}], [("bob", "fine", "500.00", "D14-3.3b")]),
            ([{}, {}, {}], [("bob", "fine", "1000.00", "D14-3.3b")]),
            ([{"severity": "serious"}], [("bob", "dismissal", None, "D14-3.3c")]),
            ([{}, {"severity": "serious"}], [("bob", "dismissal", None, "D14-3.3c")]),
            ([{"proven": False}], []),
        ],
    )
    def test_first_a_warning_then_a_fine_and_dismissal_if_serious(self, acts, proposed):
        events = [misdeed("bob", f"03-0{n}T10:00:00", **keys) for n, keys in enumerate(acts, 4)]
        assert sanctions(rule(*BOTH, *events, closed("03-07T17:00:00"))) == proposed

    @pytest.mark.parametrize("severity", ["normal", "serious"])
    def test_nobody_is_punished_before_the_investigation_is_closed(self, severity):
        act = misdeed("bob", "03-05T10:00:00", severity=severity)
        look = ("investigation", "03-06T10:00:00", {"by": "boss", "opened": True})
        to_come = closed("03-07T10:00:00", closed="2025-04-02T10:00:00")
        assert sanctions(rule(*BOTH, act, look)) == sanctions(rule(*BOTH, act, to_come)) == []

    def test_nor_for_what_came_after_it(self):
        assert sanctions(rule(*BOTH, misdeed("bob", "03-08T10:00:00"), closed("03-07T17:00:00"))) == []


def test_the_same_facts_as_for_every_policy_are_the_superiors_to_decide():
    """clauses.md § 3.1, S1 and S2: without a map of territories the superior decides; with one, the holder has the customer."""
    visits = (
        comes("ann", "03-03T10:00:00", "invited", id="v1"),
        ("reception", "03-03T10:05:00", {"by": "ann", "visit": "v1", "mode": "in_turn"}),
        comes("bob", "03-18T10:00:00", id="v2"),
        ("reception", "03-18T10:05:00", {"by": "bob", "visit": "v2", "mode": "on_duty"}),
        ("contract", "03-20T16:00:00", {"by": "bob", "commission": "10000.00"}),
    )
    r = rule(*visits)
    assert (r.status, r.to) == ("escalated", "boss")
    r = rule(*visits, people=staff({"territory": ["north"]}), region="north")
    assert (r.owner, r.amounts) == ("ann", {"ann": "10000.00"})
