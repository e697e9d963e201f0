"""Putting on record what has no page of its own: one service for every kind of the table (`arbitration/events/kinds.py`)."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arbitration import casefile
from arbitration.cases.proposals import governing, packs_of
from arbitration.engine import Pack, decode_case
from arbitration.engine.case import CaseError
from arbitration.engine.sources import types_read
from arbitration.events.format import Field, Is, Kind, May
from arbitration.events.kinds import KINDS
from arbitration.events.options import Choices
from arbitration.models import CaseEvent, Collision
from arbitration.services.evidence import store
from arbitration.services.gates import recused
from leads.services import other_customer
from people.roles import Right
from people.workplace import Workplace
from trail.refusals import Refusal

Type = CaseEvent.Type
NUMBER = re.compile(r"(?:\d[ \-—]?){7,}")
MOST = 10**9
MONEY_MOST = 10**13  # fen


def recordable(here: Workplace, case: Collision) -> list[Kind]:
    """The kinds that this person may put on record in this case: those that a policy governing it asks for, in the order of the table."""
    if case.closed:
        return []
    packs, roles = packs_of(case), _recorder(here, case)
    ids, read = {pack.id for pack in packs}, _read_by(packs)
    asked = (kind for kind in KINDS.values() if kind.may & roles)
    return [kind for kind in asked if (kind.packs & ids if kind.packs else kind.type in read)]


def types_asked(case: Collision) -> frozenset[str]:
    """The types of events that the policies of a case look at; none where no policy governs."""
    return _read_by(packs_of(case))


def _read_by(packs: Iterable[Pack]) -> frozenset[str]:
    return frozenset[str]().union(*(types_read(pack) for pack in packs))


def _recorder(here: Workplace, case: Collision) -> set[May]:
    roles = {May.PARTY} if here.user.pk in {claim.user_id for claim in case.claims.all()} else set[May]()
    roles |= {May.SITE} if here.may(Right.EVIDENCE) else set()
    return roles | ({May.RULER} if here.may(Right.RULE) and not recused(here, case) else set())


@transaction.atomic
def record_event(*, here: Workplace, case: Collision, type_: str, given: Mapping[str, Any], at: datetime) -> CaseEvent:
    """Put something on record; `at` is the server's time, and final.

    `given` by key: people and things by id, customers by id (of no case: by number or name), money in fen, moments aware. A party speaks
    for itself, so its own name is not asked. Raises Refusal for what is not this person's to record (404), for a case that is ruled
    (409), and for an input that the case format does not have, at its field.
    """
    kind = kind_to_record(here, case, type_)
    if unknown := sorted(given.keys() - {field.key for field in kind.fields}):
        raise Refusal("key_unknown", _("没有这一项：%(keys)s") % {"keys": "、".join(unknown)}, field=unknown[0])
    payload = Reading(here, case, at).payload(kind, given)
    _whole(kind, payload)
    event = store(here, case, str(kind.type), payload, at)
    _readable(case, event, at)
    return event


def own_kind(here: Workplace, case: Collision, type_: str) -> Kind:
    """The kind, where it is this person's to record. Raises Refusal."""
    kind = next((kind for kind in KINDS.values() if kind.type == type_), None)
    if kind is None or case.project_id != here.project.pk or not kind.may & _recorder(here, case):
        raise Refusal("not_yours_to_record", _("这不归你补录"), status=404)
    return kind


def kind_to_record(here: Workplace, case: Collision, type_: str) -> Kind:
    """The same, where it can be recorded now: the case is open, and a policy of it asks for that. Raises Refusal."""
    kind = own_kind(here, case, type_)
    if case.closed:
        raise Refusal("case_ruled", _("这件案子已经结了，不能再补充"), status=409)
    if kind not in recordable(here, case):
        raise Refusal("not_asked_for", _("管这件案子的制度不看这一种记录，不用记"), status=409)
    return kind


class Reading:
    """What one person gave, as it is kept."""

    def __init__(self, here: Workplace, case: Collision, at: datetime) -> None:
        self.here, self.case, self.at, self.choices = here, case, at, Choices(here, case)
        self.reads: dict[Is, Callable[[Field, Any], Any]] = {
            Is.PERSON: self._id, Is.SUBJECT: self._id, Is.PEOPLE: self._people, Is.TAKER: self._taker, Is.CUSTOMER: self._chosen,
            Is.EVENT: self._chosen, Is.CHOICE: self._chosen, Is.OTHER: self._other, Is.MONEY: self._money, Is.NUMBER: self._number,
            Is.MOMENT: self._moment, Is.YES_NO: self._yes_no, Is.TEXT: self._text,
        }  # fmt: skip

    def payload(self, kind: Kind, given: Mapping[str, Any]) -> dict[str, Any]:
        """Each field that was filled in. Raises Refusal for the first that cannot be."""
        kept: dict[str, Any] = {}
        for field in kind.fields:
            value = self.here.user.pk if field.own and not self.here.may(Right.EVIDENCE) else given.get(field.key)
            if value in (None, "", []):
                if field.required:
                    raise Refusal("field_missing", _("「%(field)s」要填") % {"field": field.label}, field=field.key)
            else:
                kept[field.key] = self.reads[field.kind](field, value)
        return kept

    def _chosen(self, field: Field, value: Any) -> str:
        if str(value) not in dict(self.choices.of(field)):
            raise Refusal("choice_unknown", _("「%(field)s」选一个") % {"field": field.label}, field=field.key)
        return str(value)

    def _id(self, field: Field, value: Any) -> int:
        return int(self._chosen(field, value))

    def _people(self, field: Field, value: Any) -> list[int]:
        rows = value if isinstance(value, list | tuple) else [value]
        return list(dict.fromkeys(self._id(field, one) for one in rows))

    def _taker(self, field: Field, value: Any) -> int | str:
        chosen = self._chosen(field, value)
        return int(chosen) if chosen.isdigit() else chosen

    def _other(self, field: Field, value: Any) -> str:
        try:
            return str(other_customer(here=self.here, text=str(value), at=self.at).pk)
        except Refusal as refusal:
            refusal.field = field.key
            raise

    def _money(self, field: Field, value: Any) -> int:
        return self._within(field, value, 1, MONEY_MOST)

    def _number(self, field: Field, value: Any) -> int:
        return self._within(field, value, 0, MOST)

    def _within(self, field: Field, value: Any, least: int, most: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Refusal("number_unreadable", _("「%(field)s」写成整数") % {"field": field.label}, field=field.key)
        return value

    def _moment(self, field: Field, value: Any) -> str:
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise Refusal("time_unreadable", _("时间写成 2025-03-09 10:20"), field=field.key)
        if field.key == "claimed_at" and value > self.at:
            raise Refusal("claimed_later", _("还没有到这个时间，再核对一遍"), field=field.key)
        return value.isoformat()

    def _yes_no(self, field: Field, value: Any) -> bool:
        if not isinstance(value, bool):
            raise Refusal("choice_unknown", _("「%(field)s」选一个") % {"field": field.label}, field=field.key)
        return value

    def _text(self, field: Field, value: Any) -> str:
        text = str(value).strip()[:500]
        if NUMBER.search(text):
            raise Refusal("text_has_number", _("这里不写电话号码"), field=field.key)
        return text


# Of the customer's words, those that are about somebody.
NAMES_SOMEBODY = frozenset({"asks_for", "endorses", "claims_relation"})


def _whole(kind: Kind, payload: dict[str, Any]) -> None:
    """What hangs together. Raises Refusal."""
    if kind.type == Type.CONDUCT and "act" not in payload and not {"kind", "by"} <= payload.keys():
        raise Refusal("conduct_which", _("选前台记的一条，或者写明是谁、什么行为"), field="kind")
    if kind.type == Type.CONDUCT and "act" in payload and payload.keys() & {"kind", "by", "against", "customer"}:
        raise Refusal("conduct_twice", _("选了前台记的一条，就不用再写是谁、什么行为"), field="act")
    if kind.type == Type.SAID and payload["kind"] in NAMES_SOMEBODY and "people" not in payload:
        raise Refusal("said_of_whom", _("选客户说的是谁"), field="people")
    if kind.type == Type.CUSTOMER and not payload.keys() & {"lifecycle", "same_unit"}:
        raise Refusal("nothing_said", _("至少填一项"), field="lifecycle")
    if kind.type == Type.CONSENT and payload["kind"] == "manager_assignment" and not {"to", "note"} <= payload.keys():
        raise Refusal("assignment_why", _("写明指派给谁，和理由"), field="note" if "to" in payload else "to")


def _readable(case: Collision, event: CaseEvent, at: datetime) -> None:
    """The engine reads the case with it: what it cannot read is not kept (the transaction is undone). Raises Refusal."""
    held = governing(case)
    if held is None:
        return
    file = casefile.build(case, str(held.policy), at, held.params, packs=[pack.id for pack in packs_of(case)])
    try:
        decode_case(file.case)
    except CaseError as trouble:
        raise Refusal("not_in_format", _("这样记，制度读不懂：%(why)s") % {"why": trouble.mistakes[0]}) from None
