"""What happens that somebody must hear of at once, and by which way besides the inbox: the table of ux.md §6.2 as data.

The inbox has everything. E-mail follows each person's wish (`NoticeSettings`); what a group robot posts and what goes by SMS
stands here. Kinds are the kinds of messages (`people/kinds.py`).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from trail.sentences import counted_noop


class Group(StrEnum):
    """How the robots of chat groups post it."""

    NO = ""
    POST = "post"  # at once, nobody is called by name
    CALL = "call"  # at once, and whom it concerns is called by @
    DAILY = "daily"  # in the morning, all of a day in one line


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the table.

    `posted`: which of the kinds robots post, all unless said. `many` says several of them in one line: %(n)s, and %(names)s of
    whom or which. `plain` stands for a sentence with an amount, for groups that are not the managers'.
    """

    title: Any
    to: Any
    kinds: tuple[str, ...]
    group: Group = Group.NO
    many: str = ""
    posted: tuple[str, ...] = ()
    plain: str = ""
    sms: tuple[str, ...] = ()  # which of the kinds go to work telephones too

    @property
    def for_robots(self) -> tuple[str, ...]:
        """The kinds that robots may post."""
        return (self.posted or self.kinds) if self.group else ()


EVENTS: dict[str, Event] = {
    "arrived": Event(
        _("客户到访，要你接"), _("业务员"), ("visit.arrived",), Group.CALL,
        counted_noop("【到访】%(n)s 位客户到了，前台在等：%(names)s"),
    ),
    "passed_on": Event(
        _("没人应答，轮到下一位"), _("业务员、轮接下一位"), ("visit.missed", "visit.passed_on", "visit.unanswered", "visit.nobody"),
        Group.CALL, counted_noop("【轮接】%(n)s 位客户没人应答：%(names)s"), sms=("visit.passed_on", "visit.unanswered"),
    ),
    "stand_in": Event(
        _("你接了别人的客户（代接）"), _("两人"), ("visit.handed", "visit.stood_in", "visit.elsewhere"), Group.CALL,
        counted_noop("【代接】%(n)s 位客户由你们代接：%(names)s"), ("visit.handed",),
    ),
    "not_left": Event(_("客户一直没记离开"), _("接待人"), ("visit.left",)),
    "registered": Event(_("报备成功"), _("业务员"), ("lead.registered",)),
    "similar": Event(_("有人报备了相似的客户"), _("归属人"), ("collision.warning", "lead.contested")),
    "ending": Event(
        _("保护期快到"), _("归属人"), ("protection.ending",), Group.DAILY,
        counted_noop("【快到期】%(n)s 位客户的保护期快到了：%(names)s。跟进或约到访可以延期"),
    ),
    "over": Event(_("保护期已过"), _("归属人、主管"), ("protection.over", "pool.expired")),
    "opened": Event(
        _("撞单立案"), _("双方、经理"), ("collision.opened", "collision.to_rule"), Group.POST,
        counted_noop("【撞单】%(n)s 件立案：%(names)s"), ("collision.to_rule",), gettext_noop("【撞单】%(no)s 立案，等你裁定"),
    ),
    "evidence": Event(
        _("要求补证据"), _("当事人"), ("collision.evidence",), Group.CALL, counted_noop("【补证据】%(n)s 件等你们交：%(names)s")
    ),
    "nearly_due": Event(
        _("交证据只剩 4 小时"), _("当事人"), ("collision.evidence_soon",), Group.CALL,
        counted_noop("【还剩 4 小时】%(n)s 件的证据还没交：%(names)s"),
    ),
    "rulable": Event(_("可以裁定了"), _("经理"), ("collision.today",), Group.DAILY),
    "waiting": Event(
        _("24 小时没人处理"), _("经理、其上级"), ("collision.waiting",), Group.CALL,
        counted_noop("【超时】%(n)s 件等了一天多没人处理：%(names)s"),
    ),
    "ruled": Event(_("裁定生效"), _("双方、财务"), ("collision.ruled", "split.booked")),
    "escalated": Event(
        _("上报总经理"), _("总经理、双方、直属领导"), ("collision.escalated", "collision.went_up"), Group.CALL,
        counted_noop("【上报】%(n)s 件等裁定：%(names)s"), ("collision.escalated",),
    ),
    "sanction": Event(
        _("处罚"), _("本人、主管、财务"), ("sanction.noticed", "sanction.decided", "sanction.told", "sanction.payable")
    ),
    "policy": Event(
        _("制度发布"), _("全员"), ("policy.sign",), Group.POST, counted_noop("【制度】%(n)s 份要读完签收：%(names)s")
    ),
    "statement": Event(_("分成单出了"), _("本人"), ("statement.ready",)),
    "period": Event(_("不能关账、已关账"), _("财务、总经理"), ("period.blocked", "period.closed")),
    "leaving": Event(
        _("离职交接"), _("本人、接收人、行政、财务"), ("handover.own", "handover.sign", "handover.given")
    ),
    "probing": Event(_("大量查重"), _("管理员、主管"), ("precheck.probing",)),
    "robot": Event(_("机器人发不出"), _("管理员"), ("robot.failing",)),
}  # fmt: skip
POSTED = {code: event for code, event in EVENTS.items() if event.group}
BY_KIND: dict[str, Event] = {kind: event for event in EVENTS.values() for kind in event.kinds}
TO_ROBOTS = frozenset(kind for event in EVENTS.values() for kind in event.for_robots)
TO_PHONES = frozenset(kind for event in EVENTS.values() for kind in event.sms)
# Everything is mailed to who wants mail, but what its reader has just read on the page that did it.
NOT_MAILED = frozenset({"lead.registered"})
