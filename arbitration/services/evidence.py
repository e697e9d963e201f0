"""What parties and the site put on record in a case: call lists, objections, slips, brings, who signed, negotiation.

Submitted is final; more can be added until the ruling. A telephone number is sealed before it is stored.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration.casefile import customers_of
from arbitration.cases.parties import Party, agencies
from arbitration.cases.sealed import seal
from arbitration.models import CaseEvent, Collision
from arbitration.services.opening import evidence_came, in_time, lock
from arbitration.services.recording import put_on_record, tell_parties
from leads.models import Relation
from leads.screening import phones
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from trail.refusals import Refusal
from visits.models import Visit

Type = CaseEvent.Type
BY_PARTIES = (Type.CALL_LIST, Type.OBJECTION)
BY_THE_SITE = (Type.SLIP, Type.BRING, Type.PROOF, Type.CLOSING, Type.NEGOTIATION)
DOCUMENTS = ("household_register", "marriage_certificate", "other")
SETTLED, FAILED = "settled", "failed"
WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class CallList:
    """A call as it stands on the list of an operator. Numbers in any spelling, whole."""

    issuer: str
    official: bool
    call_at: datetime
    own: str
    customer: str
    outgoing: bool


def kinds_for(here: Workplace, case: Collision) -> list[str]:
    """What this person may put on record in this case."""
    party = here.user.pk in {claim.user_id for claim in case.claims.all()}
    return [*(BY_PARTIES if party else ()), *(BY_THE_SITE if here.may(Right.EVIDENCE) else ())]


@transaction.atomic
def submit_call_list(*, here: Workplace, case: Collision, call: CallList, at: datetime) -> CaseEvent:
    """A party submits a call for its claim (通话清单, D07-8.3 to 8.5). What it is worth, the policy says.

    Raises Refusal for a number that is not whole, the same number on both ends, a call that has not been yet, and after the term
    for evidence.
    """
    in_time(case, at)
    if call.call_at > at:
        raise Refusal("call_in_future", _("通话时间还没有到，再核对一遍"), field="call_at")
    own, customer = both_ends(call.own, call.customer)
    payload = {
        "issuer": call.issuer, "official": call.official, "call_at": call.call_at.isoformat(), "own": seal(own),
        "customer": seal(customer), "outgoing": call.outgoing,
    }  # fmt: skip
    return _record(here, case, Type.CALL_LIST, payload, at)


def both_ends(own: str, customer: str) -> tuple[str, str]:
    """The two numbers of a list as E.164. Raises Refusal for one that is not whole, and for the same number twice."""
    ends = _whole(own, "own"), _whole(customer, "customer")
    if ends[0] == ends[1]:
        raise Refusal("call_to_oneself", _("两边是同一个号码，再核对一遍"), field="customer")
    return ends


def _whole(text: str, field: str) -> str:
    """A mobile or a landline as E.164: on the list of an operator nothing is masked."""
    read = phones.read(text)
    if read.kind in ("mobile", "landline") and read.e164:
        return read.e164
    if read.kind == "masked":
        raise Refusal("phone_masked", _("通话清单要写整号，隐号没法核对"), field=field)
    if read.kind in ("service", "foreign"):
        raise Refusal("phone_kind", _("这里要写大陆的手机或座机"), field=field)
    problem = phones.problem(read, text)
    raise Refusal(problem.code, _(problem.message) % problem.params, field=field)


@transaction.atomic
def object_to_deal(*, here: Workplace, case: Collision, at: datetime) -> CaseEvent:
    """A party objects to the other's closing (异议, D07-8.8a): whether it was in time, the policy says. Once a party."""
    if case.events.filter(type=Type.OBJECTION, by=here.user).exists():
        raise Refusal("objected_already", _("你已经提过异议，以第一次的时间为准"), status=409)
    return _record(here, case, Type.OBJECTION, {}, at)


@transaction.atomic
def record_slip(*, here: Workplace, case: Collision, visit: Visit, broker: User, at: datetime) -> CaseEvent:
    """The site finds the slip of a visit that it issued for an agency (到访确认单, D07-8.2b)."""
    _visit_of(case, visit)
    if broker.pk not in agencies(case.project, [broker.pk]):
        raise Refusal("not_of_agency", _("确认单只开给分销公司的经纪人"), field="broker")
    _once(case, Type.SLIP, visit=visit.pk, broker=broker.pk)
    return _record(here, case, Type.SLIP, {"visit": visit.pk, "broker": broker.pk}, at)


@transaction.atomic
def record_bring(
    *, here: Workplace, case: Collision, visit: Visit, broker: User, present: bool, at: datetime
) -> CaseEvent:
    """The site confirms that somebody brought the customer to a visit (带看), and whether they came along in person."""
    _visit_of(case, visit)
    if visit.brought_by_id == broker.pk:
        raise Refusal("brought_already", _("前台登记时已经记了这次带看"), field="broker", status=409)
    _once(case, Type.BRING, visit=visit.pk, broker=broker.pk)
    return _record(here, case, Type.BRING, {"visit": visit.pk, "broker": broker.pk, "present": present}, at)


def _visit_of(case: Collision, visit: Visit) -> None:
    ids = {customer.pk for customer in customers_of(case)}
    if visit.project_id != case.project_id or visit.customer_id not in ids:
        raise Refusal("visit_of_other", _("选这位客户的到访"), field="visit")


def _once(case: Collision, type_: str, **payload: int) -> None:
    if case.events.filter(type=type_, payload__contains=payload).exists():
        raise Refusal("recorded_already", _("这一条已经记过了"), status=409)


@transaction.atomic
def record_proof(*, here: Workplace, case: Collision, relation: Relation, document: str, at: datetime) -> CaseEvent:
    """The site has seen the copy of a document that proves a relation (户口本, 结婚证, D07-8.7); the paper stays with it."""
    ids = {customer.pk for customer in customers_of(case)}
    if relation.customer_id not in ids or relation.other_id not in ids:
        raise Refusal("relation_of_other", _("选这位客户的亲属关系"), field="relation")
    if document not in DOCUMENTS:
        raise Refusal("document_unknown", _("选一种证明"), field="document")
    _once(case, Type.PROOF, relation=relation.pk)
    return _record(here, case, Type.PROOF, {"relation": relation.pk, "document": document}, at)


@transaction.atomic
def record_closing(*, here: Workplace, case: Collision, people: list[User], at: datetime) -> CaseEvent:
    """Who of the parties was at the signing, beside the one who signed (D07-8.6.3: both companies' staff)."""
    if case.deal_id is None:
        raise Refusal("not_signed", _("还没有签约，签约以后再记"), status=409)
    parties = set(case.claims.values_list("user", flat=True))
    if not people or not {user.pk for user in people} <= parties:
        raise Refusal("closing_who", _("选签约时在场的当事人"), field="people")
    return _record(here, case, Type.CLOSING, {"people": sorted(user.pk for user in people)}, at)


@transaction.atomic
def record_negotiation(
    *,
    here: Workplace,
    case: Collision,
    sides: list[Party],
    shares: dict[str, int] | None,
    confirmed: list[str],
    at: datetime,
) -> CaseEvent:
    """What the parties' talks came to (协商): failed, or shares that every party confirmed in writing (G-48).

    `shares` are basis points by `Party.key`, None where the talks failed. Raises Refusal for what is not the whole, or
    not confirmed by everybody.
    """
    if shares is None:
        return _record(here, case, Type.NEGOTIATION, {"outcome": FAILED}, at)
    if sum(shares.values()) != WHOLE:
        raise Refusal("shares_not_whole", _("比例加起来要正好 100%"), field=f"share_{sides[0].key}")
    if set(confirmed) != {side.key for side in sides}:
        raise Refusal("not_confirmed", _("协商一致要每一方都书面确认"), field="confirmed")
    payload = {
        "outcome": SETTLED, "shares": {key: bp for key, bp in shares.items() if bp},
        "confirmed_by": [side.people[0].pk for side in sides],
    }  # fmt: skip
    return _record(here, case, Type.NEGOTIATION, payload, at)


def _record(here: Workplace, case: Collision, type_: str, payload: dict[str, Any], at: datetime) -> CaseEvent:
    if type_ not in kinds_for(here, case) or case.project_id != here.project.pk:
        raise Refusal("not_yours_to_record", _("这不归你补录"), status=404)
    return store(here, case, type_, payload, at)


def store(here: Workplace, case: Collision, type_: str, payload: dict[str, Any], at: datetime) -> CaseEvent:
    """Keep an event under the lock of the case, bring a case that waited for evidence back, and tell the parties. Raises Refusal
    where it was ruled meanwhile. Whether this person may is judged by whoever calls.
    """
    locked = lock(case)
    if locked.closed:
        raise Refusal("case_ruled", _("这件案子已经结了，不能再补充"), status=409)
    evidence_came(locked, here.user, at)
    event = put_on_record(
        here=here, case=locked, type_=type_, payload=payload, action="collision.event", at=at, type=type_
    )
    tell_parties(locked, f"collision.{type_}", gettext_noop("【撞单】%(no)s 有新的记录"), at, but=here.user)
    return event
