"""D10: who may use a media slot. The given cases, and what the text says at its edges."""

from copy import deepcopy
from pathlib import Path

import pytest

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.cli import compare
from arbitration.engine.reading import read_case

HERE = Path(__file__).parent
CASES = sorted([*(HERE.parent / "spec" / "cases").glob("D10-*.yaml"), *(HERE / "cases").glob("D10-*.yaml")])
PACK = load_pack("media-slots")
PEOPLE = [
    {"id": "ann", "role": "salesperson"}, {"id": "bob", "role": "salesperson"}, {"id": "cat", "role": "salesperson"},
    {"id": "boss", "role": "manager"},
]  # fmt: skip
SUBJECTS = [{"id": "slot", "kind": "media_slot"}, {"id": "other", "kind": "media_slot"}]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_given_case_comes_out_as_expected(path):
    given = read_case(path.read_text("utf-8"))
    said = decide(decode_case(given), PACK).as_dict()
    assert list(compare(given["expect"], said)) == []


def rule(*events, ask="2025-03-31T09:00:00", people=PEOPLE, customers=("c1", "c2", "c3"), explain=False, **more):
    """Rule on a small case; events are (type, at, keys)."""
    rows = [{"type": t, "at": f"2025-{at}", **keys} for t, at, keys in events]
    case = {
        "case": "x", "policy": "media-slots", "ask": ask, "people": people, "subjects": SUBJECTS,
        "customers": [c if isinstance(c, dict) else {"id": c} for c in customers], "events": rows, **more,
    }  # fmt: skip
    return decide(decode_case(deepcopy(case)), PACK, explain=explain)


def offer(who, price, days=30, customer=None, at="03-02T09:00:00", id_=None, **keys):
    """ann offers to c1, bob to c2, cat to c3, unless a customer is named."""
    to = customer or {"ann": "c1", "bob": "c2", "cat": "c3"}[who]
    told = {"price": f"{price}.00"} if price else {}
    told |= {"days": days} if days else {}
    return "offer", at, {"id": id_ or f"o_{who}", "by": who, "customer": to, "subject": "slot", **told, **keys}


def signed(who, at, customer=None, **keys):
    to = customer or {"ann": "c1", "bob": "c2", "cat": "c3"}[who]
    return "contract", at, {"id": f"k_{who}", "by": who, "customer": to, "subject": "slot", **keys}


def settled(who, at):
    return "terms_fixed", at, {"offer": f"o_{who}"}


def applies(who, at, id_="hr"):
    return "hold_request", at, {"id": id_, "by": who, "subject": "slot", "offer": f"o_{who}"}


def report(who, at, customer="c1", **keys):
    return "report", at, {"id": f"r_{who}", "by": who, "customer": customer, "channel": "form", **keys}


def lets_in(who, at, by="boss", kind="department_approval"):
    return "consent", at, {"by": by, "to": who, "customer": "c1", "kind": kind}


def results(r, clause):
    return {f["about"]: f["result"] for f in r.findings if f["clause"] == clause}


class TestDifferentCustomers:
    def test_the_same_period_the_higher_price(self):
        r = rule(offer("ann", 50000), offer("bob", 48000))
        assert (r.status, r.owner, r.fired) == ("decided", "ann", ("D10-1.1",))

    def test_the_same_price_the_longer_period(self):
        r = rule(offer("ann", 50000), offer("bob", 50000, 60))
        assert (r.owner, r.fired) == ("bob", ("D10-1.2",))

    def test_higher_and_longer_wins_by_default(self):
        r = rule(offer("ann", 50000, 60), offer("bob", 48000, 30))
        assert (r.status, r.owner, r.fired) == ("decided", "ann", ("G-42",))

    def test_higher_against_longer_is_left_to_a_person_who_sees_the_price_of_a_day(self):
        r = rule(offer("ann", 50000, 30), offer("bob", 48000, 60), explain=True)
        assert (r.status, r.to, r.owner, r.fired) == ("escalated", "boss", None, ("G-42",))
        assert "每天 ¥1666.67" in r.text["zh"]
        assert "a day ¥800.00" in r.text["en"]

    def test_equal_offers_wait_for_the_first_to_sign(self):
        r = rule(offer("ann", 50000), offer("bob", 50000), settled("ann", "03-03T11:00:00"))
        assert (r.status, r.until, r.owner, r.fired) == ("on_hold", None, None, ())

    def test_settling_first_is_not_enough_the_earlier_signing_counts(self):
        r = rule(offer("ann", 50000), offer("bob", 50000), settled("ann", "03-03T11:00:00"),
                 settled("bob", "03-03T12:00:00"), signed("bob", "03-03T13:00:00"), signed("ann", "03-03T14:00:00"))  # fmt: skip
        assert (r.owner, r.fired) == ("bob", ("D10-1.3",))

    def test_a_cancelled_contract_counts_for_nothing(self):
        back = ("cancellation", "03-04T09:00:00", {"contract": "k_bob"})
        r = rule(offer("ann", 50000), offer("bob", 48000), signed("bob", "03-03T13:00:00"), back)
        assert (r.owner, r.fired) == ("ann", ("D10-1.1",))

    def test_a_contract_signed_while_no_hold_ran_takes_the_slot_whatever_the_price(self):
        for lower in (offer("bob", 48000), offer("bob", 48000, 60), offer("bob", 40000, 20)):
            r = rule(offer("ann", 50000), lower, signed("bob", "03-03T13:00:00"))
            assert (r.status, r.owner, r.fired) == ("decided", "bob", ())

    def test_only_the_latest_offer_of_each_counts(self):
        r = rule(offer("ann", 50000), offer("bob", 48000), offer("bob", 51000, at="03-03T09:00:00", id_="o2"))
        assert (r.owner, r.fired) == ("bob", ("D10-1.1",))

    def test_of_three_the_one_whom_nobody_outbids(self):
        r = rule(offer("ann", 50000, 60), offer("bob", 48000, 60), offer("cat", 50000, 30))
        assert (r.owner, r.fired) == ("ann", ("D10-1.1", "D10-1.2"))

    def test_another_slot_is_another_matter(self):
        r = rule(offer("ann", 50000), offer("bob", 60000, subject="other"), offer("cat", 48000))
        assert (r.owner, r.fired) == ("ann", ("D10-1.1",))

    def test_whoever_competes_with_nobody_has_the_slot(self):
        assert (rule(offer("ann", 50000)).status, rule(offer("ann", 50000)).owner) == ("no_collision", "ann")
        assert (rule().status, rule().owner) == ("decided", None)

    def test_a_price_that_only_one_names_is_asked_for_unless_somebody_has_signed(self):
        offers = offer("ann", None), offer("bob", 48000)
        assert rule(*offers).status == "needs_evidence"
        assert (rule(*offers, signed("bob", "03-03T13:00:00")).owner) == "bob"

    def test_a_period_that_nobody_names_tells_nothing_apart(self):
        assert rule(offer("ann", 50000, None), offer("bob", 48000, None)).fired == ("D10-1.1",)

    def test_the_offer_of_somebody_who_has_left_does_not_count(self):
        people = [{**p, "resigned_at": "2025-03-03T00:00:00"} if p["id"] == "ann" else p for p in PEOPLE]
        assert rule(offer("ann", 50000), offer("bob", 48000), people=people).owner == "bob"

    def test_what_all_agree_on_goes_before_prices_and_holds(self):
        talk = ("negotiation", "03-04T09:00:00", {"outcome": "settled", "owner": "bob", "confirmed_by": ["ann", "bob"]})
        held = (
            offer("ann", 50000),
            offer("bob", 48000),
            settled("bob", "03-03T10:00:00"),
            applies("ann", "03-03T15:00:00"),
        )
        r = rule(*held, talk, ask="2025-03-04T10:00:00")
        assert (r.status, r.owner, r.fired) == ("decided", "bob", ("G-48",))
        one = (*talk[:2], {**talk[2], "confirmed_by": ["bob"]})
        assert rule(*held, one, ask="2025-03-04T10:00:00").status == "on_hold"


HELD = (offer("ann", 50000), offer("bob", 48000), settled("bob", "03-03T10:00:00"), applies("ann", "03-03T15:00:00"))


class TestTheHold:
    """Four days from the application; its own day is not counted."""

    def test_the_slot_is_held_until_the_fourth_day_is_over(self):
        r = rule(*HELD, ask="2025-03-07T23:59:59")
        assert (r.status, r.owner, r.fired) == ("on_hold", None, ("D10-1.4a",))
        assert r.as_dict()["until"] == "2025-03-08T00:00:00+08:00"
        assert results(r, "D10-1.4a") == {"hr": "protected"}

    def test_then_the_slot_goes_to_whoever_settled_first(self):
        r = rule(*HELD, ask="2025-03-08T00:00:00")
        assert (r.status, r.owner, r.fired) == ("decided", "bob", ("D10-1.4b",))
        assert results(r, "D10-1.4a") == {"hr": "expired"}

    def test_an_applicant_who_signs_in_time_has_it(self):
        r = rule(*HELD, signed("ann", "03-07T23:59:59"))
        assert (r.owner, r.fired) == ("ann", ("D10-1.1",))

    def test_one_who_signs_a_second_later_does_not(self):
        r = rule(*HELD, signed("ann", "03-08T00:00:00"))
        assert (r.owner, r.fired) == ("bob", ("D10-1.4b",))

    def test_what_the_other_signs_meanwhile_is_blocked(self):
        during = signed("bob", "03-05T10:00:00")
        r = rule(*HELD, during, ask="2025-03-06T10:00:00")
        assert (r.status, results(r, "D10-1.4a")) == ("on_hold", {"hr": "protected", "k_bob": "blocked"})
        assert rule(*HELD, during, signed("ann", "03-06T10:00:00")).owner == "ann"

    def test_the_lower_price_may_apply_too_if_it_is_for_longer(self):
        r = rule(offer("ann", 48000, 60), offer("bob", 50000, 30), *HELD[2:], ask="2025-03-04T10:00:00")
        assert r.status == "on_hold"

    @pytest.mark.parametrize(
        "events",
        [
            (offer("ann", 48000), offer("bob", 50000), *HELD[2:]),
            (offer("ann", 50000), offer("bob", 50000), *HELD[2:]),
            (*HELD[:2], HELD[3]),
            (*HELD[:2], settled("ann", "03-03T09:30:00"), *HELD[2:]),
            (*HELD[:2], settled("bob", "03-03T15:00:01"), HELD[3]),
        ],
        ids=["lower", "equal", "nobody settled", "the applicant settled first", "settled after the application"],
    )
    def test_an_application_without_its_conditions_holds_nothing(self, events):
        r = rule(*events, ask="2025-03-04T10:00:00")
        assert "D10-1.4a" not in r.fired
        assert results(r, "D10-1.4a") == {"hr": "unprotected"}

    def test_an_application_after_the_other_signed_comes_too_late(self):
        r = rule(*HELD[:3], signed("bob", "03-03T14:00:00"), HELD[3], ask="2025-03-04T10:00:00")
        assert (r.status, r.owner) == ("decided", "bob")

    def test_a_second_application_does_not_prolong_it(self):
        r = rule(*HELD, applies("ann", "03-07T15:00:00", "hr2"), ask="2025-03-08T00:00:00")
        assert (r.owner, results(r, "D10-1.4a")["hr2"]) == ("bob", "unprotected")

    def test_the_length_is_a_parameter(self):
        r = rule(*HELD, ask="2025-03-08T00:00:00", params={"media_hold_days": 5})
        assert r.status == "on_hold"


def to_c1(who, price, days=30, **keys):
    return offer(who, price, days, "c1", **keys)


class TestTheSameCustomer:
    def test_the_higher_price_or_the_longer_period(self):
        assert rule(to_c1("ann", 50000), to_c1("bob", 48000)).fired == ("D10-2.1",)
        assert rule(to_c1("ann", 50000), to_c1("bob", 50000, 60)).owner == "bob"
        assert rule(to_c1("ann", 50000, 60), to_c1("bob", 48000, 30)).fired == ("D10-2.1",)

    def test_a_purchasing_unit_is_one_customer(self):
        customers = [{"id": c, "buying_unit": "u"} for c in ("c1", "c2")]
        assert rule(offer("ann", 50000), offer("bob", 48000), customers=customers).fired == ("D10-2.1",)

    @pytest.mark.parametrize("other", [(50000, 30), (48000, 60)], ids=["equal", "higher against longer"])
    def test_where_the_offers_do_not_decide_the_first_to_sign(self, other):
        r = rule(to_c1("ann", 50000), to_c1("bob", *other), settled("ann", "03-03T10:00:00"),
                 signed("bob", "03-03T12:00:00", "c1"), signed("ann", "03-03T13:00:00", "c1"))  # fmt: skip
        assert (r.owner, r.fired) == ("bob", ("D10-2.2",))

    def test_the_better_offer_goes_before_the_earlier_signing(self):
        assert rule(to_c1("ann", 50000), to_c1("bob", 48000), signed("bob", "03-03T12:00:00", "c1")).fired == (
            "D10-2.1",
        )

    def test_equal_and_unsigned_waits(self):
        assert rule(to_c1("ann", 50000), to_c1("bob", 50000)).status == "on_hold"

    def test_higher_against_longer_and_unsigned_is_left_to_a_person(self):
        r = rule(to_c1("ann", 50000), to_c1("bob", 48000, 60))
        assert (r.status, r.fired) == ("escalated", ("G-42",))

    def test_a_hold_is_for_different_customers_only(self):
        r = rule(to_c1("ann", 50000), to_c1("bob", 48000), *HELD[2:], ask="2025-03-04T10:00:00")
        assert (r.status, r.fired) == ("decided", ("D10-2.1",))

    def test_some_the_same_and_some_different_is_left_to_a_person(self):
        r = rule(to_c1("ann", 50000), to_c1("bob", 48000), offer("cat", 60000))
        assert (r.status, r.reason) == ("escalated", "customers_partly_the_same")


REPORTED = (report("ann", "02-01T10:00:00"), to_c1("ann", 46000, at="02-10T10:00:00"))
LATER = to_c1("bob", 48000, at="03-04T09:00:00")


class TestTheFirstReporter:
    """Thirty days from the report, of which its own is not counted: until 4 March, 00:00."""

    def test_is_protected_against_a_better_offer(self):
        r = rule(*REPORTED, to_c1("bob", 48000, at="02-20T10:00:00"), ask="2025-02-21T09:00:00")
        assert (r.owner, r.fired) == ("ann", ("D10-2.3a",))
        assert results(r, "D10-2.3a") == {"r_ann": "protected", "o_bob": "blocked"}

    def test_even_without_an_offer_of_their_own(self):
        r = rule(REPORTED[0], to_c1("bob", 48000, at="02-20T10:00:00"), ask="2025-02-21T09:00:00")
        assert (r.owner, r.fired) == ("ann", ("D10-2.3a",))

    @pytest.mark.parametrize(
        "keys", [{"complete": False}, {"review": "rejected"}, {"review": "pending"}, {"subject": "other"}, {"customer": "c2"}],
        ids=str,
    )  # fmt: skip
    def test_a_report_that_does_not_count_protects_nobody(self, keys):
        r = rule(report("ann", "02-01T10:00:00", **keys), to_c1("ann", 46000), to_c1("bob", 48000))
        assert (r.owner, "D10-2.3a" in r.fired) == ("bob", False)

    def test_a_later_report_protects_nobody(self):
        r = rule(*REPORTED, report("bob", "02-01T10:00:01"), to_c1("bob", 48000, at="02-20T10:00:00"))
        assert (r.owner, results(r, "D10-2.3a")["r_bob"]) == ("ann", "unprotected")

    def test_two_in_the_same_second_neither(self):
        r = rule(*REPORTED, report("bob", "02-01T10:00:00"), to_c1("bob", 48000, at="02-20T10:00:00"))
        assert (r.owner, r.fired) == ("bob", ("D10-2.1",))

    def test_whoever_gave_the_customer_up_is_no_longer_protected(self):
        r = rule(*REPORTED, ("withdrawal", "02-15T10:00:00", {"by": "ann", "customer": "c1"}), to_c1("bob", 48000))
        assert (r.owner, r.fired) == ("bob", ("D10-2.1",))

    def test_a_contract_signed_against_the_protection_counts_for_nothing(self):
        r = rule(*REPORTED, to_c1("bob", 46000, at="02-20T10:00:00"), signed("bob", "02-21T10:00:00", "c1"))
        assert (r.owner, results(r, "D10-2.3a")["k_bob"]) == ("ann", "blocked")

    def test_a_contract_signed_before_the_report_stands(self):
        r = rule(to_c1("bob", 46000, at="01-20T10:00:00"), signed("bob", "01-21T10:00:00", "c1"), *REPORTED)
        assert (r.owner, r.fired) == ("bob", ("D10-2.2",))

    def test_protection_does_not_lapse_by_itself(self):
        r = rule(*REPORTED, LATER)
        assert (r.owner, "D10-2.3a" in r.fired, results(r, "D10-2.3b")) == ("ann", True, {"o_bob": "blocked"})

    def test_once_it_is_over_the_company_may_let_another_in_and_the_offers_decide(self):
        r = rule(*REPORTED, LATER, lets_in("bob", "03-04T15:00:00"))
        assert (r.owner, set(r.fired)) == ("bob", {"D10-2.1", "D10-2.3b"})
        assert results(r, "D10-2.3b") == {"o_bob": "allowed"}
        assert results(r, "D10-2.3a") == {"r_ann": "expired"}

    @pytest.mark.parametrize(
        "events",
        [
            (to_c1("bob", 48000, at="03-03T23:59:59"), lets_in("bob", "03-04T15:00:00")),
            (LATER, lets_in("bob", "03-04T08:00:00")),
            (LATER, lets_in("bob", "03-04T15:00:00", by="cat")),
            (LATER, lets_in("bob", "03-04T15:00:00", kind="holder_permission")),
            (LATER, lets_in("cat", "03-04T15:00:00")),
            (signed("ann", "03-04T10:00:00", "c1"), LATER, lets_in("bob", "03-04T15:00:00")),
        ],
        ids=["declared a second early", "agreed beforehand", "by a colleague", "by the holder", "for another", "the reporter signed"],
    )  # fmt: skip
    def test_without_its_conditions_nothing_is_lifted(self, events):
        r = rule(*REPORTED, *events)
        assert (r.owner, "D10-2.3b" in r.fired, "D10-2.3a" in r.fired) == ("ann", False, True)
        assert set(results(r, "D10-2.3b").values()) == {"blocked"}

    def test_whoever_was_not_let_in_stays_out(self):
        outsider = to_c1("cat", 60000, at="03-05T09:00:00")
        assert rule(*REPORTED, LATER, lets_in("bob", "03-04T15:00:00"), outsider).owner == "bob"

    def test_the_term_is_a_parameter(self):
        r = rule(*REPORTED, LATER, lets_in("bob", "03-04T15:00:00"), params={"media_protect_days": 31})
        assert (r.owner, results(r, "D10-2.3b")) == ("ann", {"o_bob": "blocked"})
