"""A case in the store between 李强 and 王芳, and what they do with it: settle, report, appeal."""

from datetime import datetime
from typing import Any

from arbitration import services
from arbitration.cases.proposals import propose
from arbitration.models import Appeal, Collision, Ruling, Settlement
from arbitration.services import Agreement, Decision
from people.workplace import Workplace
from tests import make


def contested(store: make.Store, *others: Workplace) -> Collision:
    """李强 reported on 1 April, 王芳 the day after, and whoever else after that; on the 10th the customer came and asked for 王芳."""
    for day, here in enumerate((store.li, store.wang, *others), start=1):
        make.registered(here, make.at(f"2025-04-0{day} 10:00"))
    make.arrived(store, make.at("2025-04-10 10:00"), asked_for=store.wang.user)
    return Collision.objects.get()


def under(store: make.Store, pack: str) -> make.Store:
    """The store, with another policy in place of its own since the year began."""
    began = make.at("2025-01-01 00:00")
    services.withdraw(project=store.project, pack="home-decoration", by="tests", at=began)
    services.put_in_force(project=store.project, policy=services.publish(pack, at=began), by="tests", at=began)
    return store


def terms(*shares: tuple[Workplace, int], owner: Workplace | None = None, text: str = "一起跟，按这个分") -> Agreement:
    """What they agree on: basis points of each."""
    return Agreement(
        text=text, shares={str(here.user.pk): bp for here, bp in shares}, owner=owner.user if owner else None
    )


def written(
    store: make.Store, case: Collision, by: Workplace | None = None, when: datetime = make.MOMENT
) -> Settlement:
    """李强, or who is named, writes 40 : 60, and 王芳 follows the customer."""
    agreement = terms((store.li, 4_000), (store.wang, 6_000), owner=store.wang)
    return services.write_terms(here=by or store.li, case=case, agreement=agreement, at=when)


def ruled(
    store: make.Store, case: Collision, by: Workplace | None = None, when: datetime = make.MOMENT, **more: Any
) -> Ruling:
    """何静, or who is named, rules: 王芳 follows the customer and gets all."""
    fresh = Collision.objects.get(pk=case.pk)
    given = {"owner_kind": Ruling.Owner.PERSON, "owner": store.wang.user, "shares": [(store.wang.user, 10_000)], **more}
    ruling = services.decide_case(
        here=by or store.manager, case=fresh, seen_version=fresh.version, seen_proposal="",
        decision=Decision(kind=Ruling.Kind.OTHERWISE, reason="记录清楚", unheard=True, **given), at=when,
    )  # fmt: skip
    assert ruling is not None
    return ruling


def passed_up(here: Workplace, case: Collision, when: datetime = make.MOMENT) -> None:
    """`here` passes the case up."""
    fresh = Collision.objects.get(pk=case.pk)
    services.decide_case(
        here=here, case=fresh, seen_version=fresh.version, seen_proposal="",
        decision=Decision(kind=services.ESCALATE, reason="谈不拢"), at=when,
    )  # fmt: skip


def duties(case: Collision, when: datetime) -> dict[tuple[str, str], tuple[str, str | None]]:
    """(clause, name) → (state, due) of what the policy asks of people."""
    proposal = propose(Collision.objects.get(pk=case.pk), when)
    assert proposal.ruling is not None
    return {
        (d["clause"], proposal.names.get(d["who"], d["who"])): (d["state"], d["due"]) for d in proposal.ruling["duties"]
    }


def appealed(store: make.Store, number: str) -> Appeal:
    """Of a case about another customer: 何静 has ruled for 王芳, and 李强 appeals."""
    for here in (store.li, store.wang):
        make.registered(here, make.MOMENT, number=number, name="孙悦")
    make.arrived(store, make.MOMENT, number=number, name="孙悦", asked_for=store.wang.user)
    ruling = ruled(store, Collision.objects.get(customer=make.customer(number)))
    return services.open_appeal(here=store.li, ruling=ruling, reason="我先报备的", at=make.MOMENT)
