"""The evidence of a case as the page lists it: what the engine tested, what whoever rules made of it, and what waits for them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from arbitration.cases.evidence import Notes, Tests, when
from arbitration.cases.judgement import Brought, files, late_contacts
from arbitration.cases.mentioned import mentioned_in
from arbitration.forms.deciding import JudgeForm
from arbitration.models import CaseEvent, Claim, Collision

Item = dict[str, Any]


def judged(tests: Tests, rows: list[Brought]) -> Tests:
    """The tests of each thing, and after them the judgement of a person, with its reason."""
    found = dict(tests)
    for row in rows:
        if row.judged:
            given = row.judged.payload
            word = _("采信") if given["accepted"] else _("不采信")
            said = {
                "clause": "",
                "title": _("裁定人认定"),
                "ok": given["accepted"],
                "word": word,
                "note": given["reason"],
            }
            found[row.ref] = [*found.get(row.ref, []), said]
    return found


def weighed(items: list[Item], rows: list[Brought]) -> list[Item]:
    """The list with a mark for each: True for what is taken, False for what is not, None for what waits."""
    known = {row.ref: row for row in rows}
    return [item | _mark(item, known.get(item["ref"])) for item in items]


def _mark(item: Item, row: Brought | None) -> dict[str, Any]:
    if row and row.judged:
        return {"waits": False, "taken": row.judged.payload["accepted"]}
    return {"waits": bool(row and row.open), "taken": item["good"] if item["tests"] else None}


def further(
    case: Collision, rows: list[Brought], shown: set[str], claims: list[Claim], events: list[CaseEvent], tests: Tests
) -> list[Item]:  # fmt: skip
    """What was brought beside slips and call lists, for whoever rules: entries, files, contacts entered after the fact."""
    letters = {claim.user_id: claim for claim in claims}
    told = _told(case, [row for row in events if f"e{row.pk}" not in shown])
    return [
        {
            "ref": row.ref, "claim": letters.get(row.by), "agency": None, "user": None, "at": row.at, "hidden": False,
            "tests": tests.get(row.ref, []), "good": all(test["ok"] for test in tests.get(row.ref, [])), **told[row.ref],
        }
        for row in rows
        if row.ref in told
    ]  # fmt: skip


def _told(case: Collision, events: list[CaseEvent]) -> dict[str, dict[str, Any]]:
    notes = Notes(events, mentioned_in(case))
    told: dict[str, dict[str, Any]] = {
        f"e{row.pk}": {"title": row.get_type_display(), "lines": [notes.note(row)]}
        for row in events
        if row.type != "evidence"
    }
    for file, _at in files(case):
        href = reverse("case_file", args=[case.no, file.pk])
        told[f"f{file.pk}"] = {"title": file.get_kind_display(), "lines": [file.says], "href": href}
    for row in late_contacts(case):
        line = _("自己说是 %(at)s") % {"at": when(row.claimed_at)} if row.claimed_at else ""
        told[f"t{row.pk}"] = {"title": row.get_mode_display(), "lines": [line, row.note]}
    return told


def with_forms(items: list[Item], rows: list[Brought], sent: JudgeForm | None) -> list[Item]:
    """Each with the form that judges it, where it can be judged; what was sent and refused comes back in its place."""
    about, refs = sent.data.get("about") if sent else None, {row.ref for row in rows}
    return [
        item
        | {"form": (sent if item["ref"] == about else JudgeForm(about=item["ref"])) if item["ref"] in refs else None}
        for item in items
    ]
