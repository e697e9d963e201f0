"""The visit log as a table, for paper and spreadsheets: numbers masked unless somebody may see them whole."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from leads.screening import phones
from leads.templatetags.guishu import masked
from people.models import Project
from visits import log, record
from visits.models import Visit


def heading() -> list[str]:
    """The columns."""
    return [
        _("编号"), _("案场"), pgettext("column", "到访"), pgettext("column", "离开"), _("离开怎么记的"),
        _("客户"), _("手机号"), _("接待人"), _("邀约人"), _("找哪位"), _("三问"),
        _("带看经纪人"), _("随行人数"), _("礼品"), pgettext("column", "登记"), _("登记人"), _("登记时间"), _("记录"),
    ]  # fmt: skip


def cells(visit: Visit, project: Project, *, whole: bool) -> list[str]:
    """One line, all text. `whole`: name and number in clear."""
    number = visit.number
    told = record.in_words(visit)
    return [
        visit.no, visit.site.name, _moment(visit.arrived_at, project), _moment(visit.left_at, project),
        str(visit.get_left_how_display()) if visit.left_how else "", visit.name if whole else masked(visit.name),
        (phones.national(number) if whole else phones.mask34(number)) if number else "",
        " → ".join(reception.by.name for reception in visit.receptions.all()), _name(visit.invited_by), _name(visit.asked_for),
        str(visit.get_first_time_display()) if visit.first_time else "", _name(visit.brought_by), str(visit.companions),
        visit.gift or (_("没有") if visit.gift_asked else ""), registered(visit), visit.registered_by.name,
        _moment(visit.registered_at, project), str(told["word"]),
    ]  # fmt: skip


def registered(visit: Visit) -> str:
    """补登, and whether that was later than promptly."""
    word = str(visit.get_registered_display())
    return _("%(word)s·超过 24 小时") % {"word": word} if record.too_late(visit) else word


def records(found: QuerySet[Visit], project: Project, *, whole: bool) -> Iterator[list[str]]:
    """All lines, in the language in which it was asked for; told while the response streams."""
    language = get_language()
    for visit in log.chunks(found):
        with override(language):
            told = cells(visit, project, whole=whole)
        yield told


def _moment(at: datetime | None, project: Project) -> str:
    return f"{localtime(at, project.zone):%Y-%m-%d %H:%M}" if at else ""


def _name(user: Any) -> str:
    return user.name if user else ""
