"""The queue as a table for spreadsheets: names of customers by their first character, numbers by their last four digits."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from arbitration.cases import queue
from arbitration.models import Collision
from leads.templatetags.guishu import masked
from people.exports import Money, in_yuan
from people.models import Project

A_CHUNK = 500


def heading() -> list[str]:
    """The columns."""
    return [
        _("编号"), _("客户"), _("各方"), _("触发"), Money(_("涉及佣金")), _("立案"), _("截止/可裁日"), _("建议"), _("状态"), _("认领"),
    ]  # fmt: skip


def records(found: QuerySet[Collision], project: Project) -> Iterator[list[str]]:
    """All lines, in the language in which it was asked for; told while the response streams."""
    language = get_language()
    for case in found.iterator(chunk_size=A_CHUNK):
        with override(language):
            told = _cells(case, project)
        yield told


def _cells(case: Any, project: Project) -> list[str]:
    parties = " · ".join(f"{claim.letter} {claim.user.name}" for claim in case.claims.all())
    return [
        case.no, _about(case), parties, str(case.get_trigger_display()),
        "" if case.at_stake is None else in_yuan(case.at_stake), _moment(case.opened_at, project),
        _moment(case.due_at, project), str(queue.PROPOSALS[case.proposal][1]), str(case.get_state_display()),
        case.taken_by.name if case.taken_by else "",
    ]  # fmt: skip


def _about(case: Collision) -> str:
    """张** *******3333, or the thing."""
    if not case.customer:
        return str(case.subject)
    tail = next((phone.tail for phone in case.customer.phones.all()), "")
    return f"{masked(case.customer.name)} {tail}".strip()


def _moment(at: datetime | None, project: Project) -> str:
    return f"{localtime(at, project.zone):%Y-%m-%d %H:%M}" if at else ""
