"""What the case page shows of the evidence: each slip and call list with its tests, and what each event is worth."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arbitration.cases.mentioned import OF_VISITS, Mentioned, mentioned_in
from arbitration.cases.opened import brought_to
from arbitration.cases.parties import agencies_of
from arbitration.cases.sealed import masked
from arbitration.events.kinds import KINDS
from arbitration.events.words import Entries
from arbitration.models import CaseEvent, Claim, Collision
from arbitration.shares import label
from leads.templatetags.guishu import percent
from people.models import User
from visits.models import Visit

Type = CaseEvent.Type
STEPS = (Type.REPORTED, Type.INVESTIGATION, Type.ESCALATION)  # of the procedure, recorded by whoever takes them
Tests = dict[str, list[dict[str, Any]]]
GOOD = frozenset({"valid", "admissible", "same_customer", "counts", "protected", "allowed", "first", "approved"})
WORDS = {
    "valid": gettext_lazy("有效"), "late": gettext_lazy("太迟"), "incomplete": gettext_lazy("不完整"),
    "wrong_channel": gettext_lazy("渠道不对"), "admissible": gettext_lazy("采信"), "inadmissible": gettext_lazy("不采信"),
    "same_customer": gettext_lazy("同一客户"), "not_same_customer": gettext_lazy("不是同一客户"),
    "counts": gettext_lazy("算数"), "does_not_count": gettext_lazy("不算数"), "void": gettext_lazy("无效"),
    "rejected": gettext_lazy("没有通过"), "pending": gettext_lazy("待核"),
}  # fmt: skip
DOCUMENTS = {
    "household_register": gettext_lazy("户口本"), "marriage_certificate": gettext_lazy("结婚证"),
    "other": gettext_lazy("其他证明"),
}  # fmt: skip
ISSUERS = {
    "china_telecom": gettext_lazy("中国电信"), "china_mobile": gettext_lazy("中国移动"),
    "china_unicom": gettext_lazy("中国联通"), "other": gettext_lazy("其他公司"),
}  # fmt: skip


def tests_of(findings: dict[str, list[dict[str, Any]]], titles: dict[str, str], lang: str) -> Tests:
    """The findings of a ruling by event, in words: ✓ or ✕, the clause, what it tests, and by how much."""
    return {
        ref: [
            {
                "clause": row["clause"], "title": titles.get(row["clause"], ""), "ok": row["result"] in GOOD,
                "word": WORDS[row["result"]], "note": _noted(row, lang),
            }
            for row in rows
            if row["result"] in WORDS
        ]
        for ref, rows in findings.items()
    }  # fmt: skip


def _noted(row: dict[str, Any], lang: str) -> str:
    """What was measured, where the engine says so: how many days before the arrival."""
    notes = row.get("note") or ("", "")
    return str(notes[1] if lang == "en" else notes[0])


def brief(tests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a thing is worth in a word: what fails and by which clause, else that it holds."""
    failed = [test for test in tests if not test["ok"]]
    return failed or [{**test, "clause": ""} for test in tests[:1]]


def events_of(case: Collision) -> list[CaseEvent]:
    """What was put on record, in order."""
    return list(case.events.all() if case.known is not None else case.events.select_related("by").order_by("at", "pk"))


class Evidence:
    """The evidence of one case as one person may see it: of the other side only kind, time and what it is worth."""

    def __init__(
        self, case: Collision, claims: list[Claim], events: list[CaseEvent], tests: Tests, only: User | None
    ) -> None:
        self.case, self.tests, self.only = case, tests, only
        self.letters = {claim.user_id: claim for claim in claims}
        self.events = [row for row in events if row.type in (Type.CALL_LIST, Type.SLIP)]
        self.known = mentioned_in(case)
        self.visits = _visits(case, self.events, self.known)
        self.agencies = agencies_of(case) | self.known.agencies

    def items(self) -> list[dict[str, Any]]:
        """Slips and call lists by party, then by time."""
        found = [*self._slips(), *self._call_lists()]
        order = list(self.letters.values())
        place = {self._side(claim.user_id): i for i, claim in reversed(list(enumerate(order)))}
        return sorted(found, key=lambda item: (place.get(item["side"], len(order)), item["at"]))

    def _side(self, user: int) -> str:
        agency = self.agencies.get(user)
        return f"o{agency.pk}" if agency else str(user)

    def _slips(self) -> Iterable[dict[str, Any]]:
        for visit in self.visits.values():
            if visit.brought_by_id in self.agencies:
                yield self._slip(visit, visit.brought_by_id, f"s{visit.pk}")
        for row in self.events:
            if row.type == Type.SLIP and row.payload["visit"] in self.visits:
                yield self._slip(self.visits[row.payload["visit"]], row.payload["broker"], f"e{row.pk}")

    def _slip(self, visit: Visit, broker: int, ref: str) -> dict[str, Any]:
        note = _("%(no)s · %(at)s 到访") % {"no": visit.no, "at": when(visit.arrived_at)}
        return self._item(ref, broker, Type.SLIP.label, visit.registered_at, [note])

    def _call_lists(self) -> Iterable[dict[str, Any]]:
        for row in self.events:
            if row.type == Type.CALL_LIST:
                yield self._item(f"e{row.pk}", row.by_id, Type.CALL_LIST.label, row.at, call_lines(row.payload))

    def _item(self, ref: str, user: int, title: Any, at: datetime, lines: list[str]) -> dict[str, Any]:
        agency = self.agencies.get(user)
        mine = self.only is None or user == self.only.pk or (
            agency is not None and agency == self.agencies.get(self.only.pk)
        )  # fmt: skip
        tests = [test if mine else {**test, "note": ""} for test in self.tests.get(ref, [])]
        return {
            "ref": ref, "side": self._side(user),
            "claim": self._claim(user), "agency": agency, "user": self._broker(user), "title": title,
            "at": at, "lines": lines if mine else [], "hidden": not mine, "tests": tests,
            "good": all(test["ok"] for test in tests),
        }  # fmt: skip

    def _broker(self, user: int) -> User | None:
        """Who brought the customer, or is named on a slip."""
        named = {row.payload["broker"] for row in self.events if row.type == Type.SLIP}
        named |= {visit.brought_by_id for visit in self.visits.values()}
        return self.known.users.get(str(user)) if user in named else None

    def _claim(self, user: int) -> Claim | None:
        """The claim that it speaks for: one's own, else the first of the same agency."""
        same = (claim for pk, claim in self.letters.items() if self._side(pk) == self._side(user))
        return self.letters.get(user) or next(same, None)


def _visits(case: Collision, events: list[CaseEvent], known: Mentioned) -> dict[int, Visit]:
    named = {row.payload["visit"] for row in events if row.type == Type.SLIP}
    slips = (visit for visit in known.visits.values() if visit.pk in named)
    found = {visit.pk: visit for visit in (*brought_to(case), *slips)}
    return dict(sorted(found.items(), key=lambda row: (row[1].arrived_at, row[0])))


def when(moment: datetime) -> str:
    """2025-03-10 15:00, as people here read it."""
    return date_format(localtime(moment), "Y-m-d H:i")


def call_lines(payload: dict[str, Any]) -> list[str]:
    """A call list in words; of the numbers, 前三后四, and nothing once their time is over (arbitration/outlived.py)."""
    own, customer = (masked(payload[side]) if payload[side] else _("号码已删") for side in ("own", "customer"))
    pair = (own, customer) if payload["outgoing"] else (customer, own)
    printed = _("正规打印清单") if payload["official"] else _("不是正规打印清单")
    return [
        f"{ISSUERS[payload['issuer']]} · {printed}",
        _("%(at)s 通话 · %(from)s → %(to)s")
        % {"at": when(datetime.fromisoformat(payload["call_at"])), "from": pair[0], "to": pair[1]},
    ]


class Notes:
    """A line of the timeline for each thing that was put on record; `known`: who and what is meant."""

    def __init__(self, events: list[CaseEvent], known: Mentioned) -> None:
        self.events, self.known, self.entries = events, known, Entries(known)

    def rows(self) -> list[tuple[datetime, int | None, Any, str, str]]:
        """(when, whose, what, note, id) of each."""
        return [
            (row.at, self._whose(row), row.get_type_display(), self.note(row), f"e{row.pk}")
            for row in self.events
            if row.type != Type.EVIDENCE  # stands beside what it is about
        ]

    def _whose(self, row: CaseEvent) -> int | None:
        """A party's own; what the site recorded of an agent is that agent's; the rest concerns all."""
        if row.type in KINDS:
            by = row.payload.get("by")
            return by if isinstance(by, int) else row.by_id
        return row.payload.get("broker") or (
            row.by_id if row.type in (Type.CALL_LIST, Type.OBJECTION, Type.REPORTED) else None
        )

    def note(self, row: CaseEvent) -> str:
        """What it says."""
        given, by = row.payload, _("%(who)s 补录") % {"who": row.by.name}
        if row.type in KINDS:
            return f"{self.entries.words(row)} · {by}"
        if row.type == Type.CALL_LIST:
            return call_lines(given)[0]
        if row.type == Type.OBJECTION:
            return ""
        if row.type == Type.CLOSING:
            return f"{'、'.join(self.known.users[str(pk)].name for pk in given['people'])} · {by}"
        if row.type == Type.NEGOTIATION:
            return f"{self._talks(given)} · {row.by.name}"
        if row.type in STEPS:
            return f"{_step(given)} · {row.by.name}".removeprefix(" · ")
        if row.type == Type.PROOF:
            return f"{DOCUMENTS[given['document']]} · {by}"
        if row.type not in OF_VISITS:
            return by
        visit = self.known.visits[str(given["visit"])]
        away = "" if given.get("present", True) else " · " + _("本人没有到场")
        return f"{visit.no}{away} · {by}"

    def _talks(self, given: dict[str, Any]) -> str:
        if "shares" not in given:
            return _("没有谈成") if given["outcome"] == "failed" else _("谈过，还在谈")
        shares = " / ".join(f"{self._name(key)} {percent(bp)}" for key, bp in given["shares"].items())
        return _("谈成了：%(shares)s，各方已书面确认") % {"shares": shares}

    def _name(self, key: str) -> str:
        return label(self.known.organisations[key[1:]] if key.startswith("o") else self.known.users[key])


def _step(given: dict[str, Any]) -> str:
    """Whether an investigation began or ended; nothing more of a report upward or an escalation."""
    return str(_("开始") if given.get("opened") else _("结束") if given.get("closed") else "")


def agency_names(case: Collision) -> dict[int, str]:
    """The agency of each party who is of one, for showing it beside the name."""
    return {pk: row.name for pk, row in agencies_of(case).items()}
