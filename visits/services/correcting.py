"""A wrong entry of a visit is put right (G-36): by the front desk only, with a reason, and what stood there stays on record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from leads import claims, identity, vault
from leads.models import Customer
from leads.screening import phones
from leads.services import move_visit, put_away, put_name_right
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words
from visits.models import Correction, Expected, Gift, Visit
from visits.services.claiming import contest, follow_up, receiver_of, settle_reports
from visits.services.desk import read_whole
from visits.services.expected import arrived
from visits.services.gifts import give
from visits.services.late import check_times
from visits.services.visitors import visitor_of

PEOPLE = ("invited_by", "asked_for", "brought_by")
Whose = tuple[Customer, bool]
FIELDS = ("name", "number", "arrived_at", "left_at", *PEOPLE, "first_time", "companions", "gift")


@dataclass(frozen=True, slots=True)
class Change:
    """One field that was wrong."""

    field: str
    old: Any
    new: Any


def may_correct(*, here: Workplace, visit: Visit, at: datetime) -> None:
    """Only the front desk writes the log, an administrator by correction (D01-1). Raises Refusal (409) for anybody else, on record."""
    if not here.may(Right.CORRECT):
        record = {
            "by": here.user.pk, "action": "visit.correct_refused", "subject": f"visit:{visit.no}", "at": at,
            "project": here.project.code,
        }  # fmt: skip
        sentence = _("到访登记只有前台能改。这次想改已经记下，请前台更正")
        raise Refusal("only_the_desk", sentence, status=409, record=record)


@transaction.atomic
def correct(
    *, here: Workplace, visit: Visit, given: Mapping[str, Any], reason: str, at: datetime, revision: int | None = None
) -> Visit:  # fmt: skip
    """Put right what is wrong of a visit: `given` names fields of FIELDS with what they should say; what is as it was stays.

    Each change is kept with what stood there, and the slip of the old revision no longer holds. Another number moves the visit
    to the customer whose it is, with what came of it. `revision` is the one that was looked at. Raises Refusal: no reason,
    nothing changed, times out of order or to come, corrected meanwhile (409), and what was built on a wrong number (409).
    """
    may_correct(here=here, visit=visit, at=at)
    wanted = {field: _plain(field, value) for field, value in given.items()}
    to = _lock_customers(here, visit, wanted, at)
    rows = Visit.objects.select_for_update(of=("self",)).select_related(
        "project", "site", "customer", "gift_item", *PEOPLE
    )
    locked = rows.get(pk=visit.pk)
    if revision is not None and locked.revision != revision:
        latest = (f"/visits/{visit.no}/correct", _("看最新的"))
        raise Refusal("corrected_meanwhile", _("刚有人改过这张单，看最新的，再改"), status=409, way=latest)
    changes = [Change(f, old, wanted[f]) for f in FIELDS if f in wanted and (old := _old(locked, f)) != wanted[f]]
    if not changes:
        raise Refusal("nothing_changed", _("没有改动"))
    reason = need_words(reason, "correct_why", _("写明为什么改"), field="reason")
    _check(locked, {change.field: change.new for change in changes}, at)
    _keep(here, locked, changes, reason[:200], at)
    for change in changes:
        APPLY.get(change.field, _set)(here, locked, change, at)
    locked.revision += 1
    locked.save()
    _follow(here, locked, {change.field for change in changes}, to, at)
    trail.note(
        by=here.user.pk, action="visit.correct", subject=f"visit:{visit.no}", at=at, project=here.project.code,
        fields=[change.field for change in changes],
    )  # fmt: skip
    return locked


def _plain(field: str, value: Any) -> Any:
    """What a form gave, as it is compared and kept: a number in full, a name without blanks around it."""
    if field not in FIELDS:
        raise Refusal("correct_unknown", _("没有「%(field)s」这一项") % {"field": field}, field=field)
    if field == "name":
        return value.strip()
    if field == "number" and value:
        return read_whole(value, field="number")
    return value


def _old(visit: Visit, field: str) -> Any:
    if field == "gift":
        return visit.gift_item if visit.gift_asked else "unasked"
    return getattr(visit, field)


def _lock_customers(here: Workplace, visit: Visit, wanted: Mapping[str, Any], at: datetime) -> Whose | None:
    """The locks of a check-in, before the visit's: the key row of the number, then the customers, sorted. Gives whose a new
    number is, and whether that is sure."""
    e164 = wanted.get("number", visit.number)
    ids = {visit.customer_id} if visit.customer_id else set()
    if not e164 or not ids:
        claims.lock_customers(ids)
        return None
    claims.lock_number(here.project, e164)
    ids |= set(Customer.objects.filter(phones__whole=vault.whole(e164)).values_list("pk", flat=True))
    claims.lock_customers(ids)
    if e164 == visit.number:
        return None
    name = wanted.get("name", visit.name)
    return visitor_of(here, e164, name=name, honorific="", no=visit.no, at=at)


# ── what may not be ──


def _check(visit: Visit, new: Mapping[str, Any], at: datetime) -> None:
    if visit.customer_id is None and {"name", "number"} & set(new):
        raise Refusal("correct_nameless", _("当时没留信息的，走补登"), field="name", status=409)
    if "name" in new and not new["name"]:
        raise Refusal("name_missing", _("写上姓名"), field="name")
    if "number" in new and not new["number"]:
        raise Refusal("number_missing", _("写上整号"), field="number")
    if "gift" in new and new["gift"] == "unasked":
        raise Refusal("gift_unanswered", _("礼品已经记过，不能改成没问"), field="gift")
    _check_times(visit, new, at)


def _check_times(visit: Visit, new: Mapping[str, Any], at: datetime) -> None:
    """Arrival, receptions and departure follow one another, and none is to come."""
    if "left_at" in new and new["left_at"] is None:
        raise Refusal("left_emptied", _("离开时间不能清空。客户又回来了，再登记一次"), field="left_at")
    arrived_at, left_at = new.get("arrived_at", visit.arrived_at), new.get("left_at", visit.left_at)
    check_times(arrived_at, left_at, at)
    began = sorted(visit.receptions.values_list("since", flat=True))
    if "arrived_at" in new and began and arrived_at > began[0]:
        raise Refusal(
            "arrived_after_reception",
            _("到访不能晚于开始接待（%(at)s）") % {"at": _clock(visit, began[0])},
            field="arrived_at",
        )
    if "left_at" in new and began and left_at < began[-1]:
        raise Refusal(
            "left_before_reception",
            _("离开不能早于最后一次接待开始（%(at)s）") % {"at": _clock(visit, began[-1])},
            field="left_at",
        )


def _clock(visit: Visit, moment: datetime) -> str:
    return f"{localtime(moment, visit.project.zone):%m-%d %H:%M}"


# ── what is done ──


def _keep(here: Workplace, visit: Visit, changes: list[Change], reason: str, at: datetime) -> None:
    """What stood there and what stands there now; of numbers the masks, and the old one sealed."""
    Correction.objects.bulk_create(
        Correction(
            visit=visit, field=change.field, old=_shown(visit, change.field, change.old), reason=reason, by=here.user,
            new=_shown(visit, change.field, change.new), at=at, sealed_old=_sealed(change),
        )
        for change in changes
    )  # fmt: skip


def _sealed(change: Change) -> bytes | None:
    return vault.seal(change.old) if change.field == "number" and change.old else None


def _shown(visit: Visit, field: str, value: Any) -> str:
    """A value as the history tells it."""
    if field == "gift":
        return "" if value == "unasked" else value.name if value else _("没有礼品")
    if value is None or value == "":
        return ""
    if field == "number":
        return phones.mask34(value)
    if isinstance(value, datetime):
        return f"{localtime(value, visit.project.zone):%Y-%m-%d %H:%M}"
    if isinstance(value, User):
        return value.name
    return str(Visit.First(value).label) if field == "first_time" else str(value)


def _set(here: Workplace, visit: Visit, change: Change, at: datetime) -> None:
    setattr(visit, change.field, change.new)


def _set_number(here: Workplace, visit: Visit, change: Change, at: datetime) -> None:
    visit.sealed_number = vault.seal(change.new)


def _set_left(here: Workplace, visit: Visit, change: Change, at: datetime) -> None:
    """Somebody knows now when they left: what the sweep put down gives way, and the last reception ends then."""
    last = visit.receptions.order_by("-since", "-pk").first()
    if last and (last.until is None or last.until == visit.left_at):
        last.until = change.new
        last.save(update_fields=["until"])
    visit.left_at, visit.left_how = change.new, Visit.LeftHow.DESK
    trail.done(link=f"/visits/{visit.no}", at=at)


def _set_gift(here: Workplace, visit: Visit, change: Change, at: datetime) -> None:
    gift: Gift | None = change.new
    give(here=here, visit=visit, gift=gift, at=at)


def _set_name(here: Workplace, visit: Visit, change: Change, at: datetime) -> None:
    if visit.customer:
        put_name_right(customer=visit.customer, was=visit.name, name=change.new)
    visit.name = change.new


APPLY: dict[str, Callable[[Workplace, Visit, Change, datetime], None]] = {
    "number": _set_number, "left_at": _set_left, "gift": _set_gift, "name": _set_name,
}  # fmt: skip


def _follow(here: Workplace, visit: Visit, changed: set[str], to: Whose | None, at: datetime) -> None:
    """The claims on the customer, as at a check-in, dated now."""
    if "number" in changed and to and to[0].pk != visit.customer_id:
        _move(here, visit, *to, at)
    elif changed & set(PEOPLE) and visit.customer:
        held = claims.current(here.project, visit.customer, at)
        if held:
            contest(visit, held, [], at)


def _move(here: Workplace, visit: Visit, to: Customer, sure: bool, at: datetime) -> None:
    """The visit was another customer's: what came of it leaves the first and is decided anew for this one."""
    was, known = visit.customer, identity.arrived_before(here.project, to, visit.arrived_at) is not None
    if was is not None:
        move_visit(
            here=here,
            was=was,
            to=to,
            visit=visit.no,
            arrived_at=visit.arrived_at,
            registered_at=visit.registered_at,
            at=at,
        )
    visit.customer, visit.known_before = to, known
    visit.save(update_fields=["customer", "known_before"])
    Expected.objects.filter(visit=visit).update(visit=None)
    given = {"name": visit.name, "honorific": "", "no": visit.no}
    contesting = settle_reports(here.project, to, visit.number, **given, at=at) if sure else []
    arrived(visit)
    follow_up(visit, to, receiver_of(visit, moved=True), contesting, at, by=here.user, sure=sure)
    if was is not None:
        put_away(here=here, empty=was, to=to, at=at)
