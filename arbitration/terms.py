"""What registration and reception need of a policy (`people.terms`): what it suggests, what may be set, how it is told."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arbitration.engine import Pack
from leads.money import yuan
from people.terms import Terms
from trail.refusals import Refusal
from visits.models import Reception

Why = Reception.Why
WAYS = [why for why in Why if why not in (Why.DESK, Why.NOBODY)]
LONGEST_DAYS, LONGEST_SECONDS, MOST_YUAN = 3650, 3600, 1_000_000_000
# Parameters of packs that say the same as a term.
PROTECTION, SIMULTANEOUS, WALK_IN = "protect_days", "simul_report_s", "walk_in_default"
SAMPLE = "sample_hold_days"
# Where nobody speaks with a customer whom a colleague receives, or received last, without their leave (D18-6, D18-7).
ASKS_RECEIVER = {"intent-table"}
# What a policy lays down when it is put in force; all other terms are the project's own (设置 → 保护与公海).
SAID = ("protection_days", "disclose_owner", "routing", "simultaneous_seconds", "sign_limit_yuan")
# Where customers are received in turn, whatever the roster says: 轮接 of D17-2.1, «next in rotation» of D03 (G-59).
IN_TURN = {"sales-office", "property-sharing"}


def asked(pack: Pack) -> bool:
    """Whether a policy has a say in registration and reception: only one that decides whose customers are."""
    return pack.decides == "customer"


def suggested(pack: Pack, values: Mapping[str, Any]) -> Terms:
    """What a policy says itself, where it does; else the defaults.

    An expiry without follow-up (`expiry_days`, G-46) is no protection from the registration on: the engine looks at it
    when it rules, and nothing runs out by itself.
    """
    terms = Terms(protection_days=values.get(PROTECTION), simultaneous_seconds=values.get(SIMULTANEOUS, 60))
    in_turn = pack.id in IN_TURN or values.get(WALK_IN) == Why.ROTATION
    last = (Why.ROTATION, Why.ON_DUTY) if in_turn else (Why.ON_DUTY, Why.ROTATION)
    return replace(terms, routing=(*(str(why) for why in terms.routing[:-2]), *map(str, last)))


def laid_down(pack: Pack, params: Mapping[str, Any], terms: Terms, kept: Terms) -> Terms:
    """The terms of a project under a policy: what it says itself, and for the rest as they were."""
    said = {name: getattr(terms, name) for name in SAID}
    if SAMPLE in pack.params:  # D20-1c
        said["sample_days"] = params.get(SAMPLE, pack.values[SAMPLE])
    if pack.id in ASKS_RECEIVER:
        said["ask_receiver"] = True
    return replace(kept, **said)


def judge(terms: Terms) -> None:
    """Raises Refusal for terms that cannot be: a protection of no days, a way twice, nobody at all."""
    days, seconds = terms.protection_days, terms.simultaneous_seconds
    if days is not None and not (type(days) is int and 1 <= days <= LONGEST_DAYS):
        sentence = _("保护期写 1 到 %(most)s 天，留空就是不过期") % {"most": LONGEST_DAYS}
        raise Refusal("term_wrong", sentence, field="protection_days")
    if not (type(seconds) is int and 0 <= seconds <= LONGEST_SECONDS):
        sentence = _("填 %(min)s 到 %(max)s 之间的整数") % {"min": 0, "max": LONGEST_SECONDS}
        raise Refusal("term_wrong", sentence, field="simultaneous_seconds")
    limit = terms.sign_limit_yuan
    if limit is not None and not (type(limit) is int and 0 <= limit <= MOST_YUAN):
        sentence = _("填 %(min)s 到 %(max)s 之间的整数") % {"min": 0, "max": MOST_YUAN}
        raise Refusal("term_wrong", sentence, field="sign_limit_yuan")
    for place, way in enumerate(terms.routing, start=1):
        if way not in WAYS:
            raise Refusal("term_wrong", _("选列出来的一个"), field=f"route_{place}")
        if way in terms.routing[: place - 1]:
            raise Refusal("term_wrong", _("这一条前面已经选过"), field=f"route_{place}")
    if not terms.routing:
        raise Refusal("term_wrong", _("至少选一条，不然没有人接待"), field="route_1")


def in_words(terms: Terms) -> list[tuple[str, str]]:
    """What terms say, for readers: what about, and how it is."""
    days, limit = terms.protection_days, terms.sign_limit_yuan
    protection = _("不过期") if days is None else ngettext("%(n)s 天", "%(n)s 天", days) % {"n": days}
    return [
        (_("报备的保护期"), protection),
        (_("查重时告诉内部人员归谁"), _("是") if terms.disclose_owner else _("否")),
        (_("谁接待，按这个顺序"), " → ".join(str(Why(way).label) for way in terms.routing)),
        (_("别人联系客户要先经接待人允许"), _("是") if terms.ask_receiver else _("否")),
        (_("佣金超过多少由总经理签"), _("不限") if limit is None else yuan(limit * 100)),
    ]


def contradictions(values: Mapping[str, Any], terms: Terms) -> Iterator[str]:
    """Where the terms say otherwise than the policy's own parameters: allowed, and told before it is put in force."""
    days = values.get(PROTECTION)
    if days is not None and days != terms.protection_days:
        said = in_words(terms)[0][1]
        yield _("制度的参数写保护 %(days)s 天，报备却按「%(said)s」算") % {"days": days, "said": said}
    first = values.get(WALK_IN)
    ways = [way for way in terms.routing if way in (Why.ON_DUTY, Why.ROTATION)]
    if first and ways and ways[0] != first:
        yield _("制度的参数和接待顺序里，值班与轮接谁先谁后不一样")
