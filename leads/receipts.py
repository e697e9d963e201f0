"""Receipts (回执): what a report came to, in words, for the page and as text to copy. Never a whole number."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from leads.models import Ownership, Registration, Review
from leads.models.register import Answer
from leads.reads import told_names
from leads.screening import phones
from leads.services.precheck import over_limit
from people.models import User
from people.workplace import Workplace
from trail.together import Prepared, among, given


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt as one person may see it. `held` is the claim in force now; `owner` only where they may know.

    `over`: an agency's report beyond its limit of answers (trust.md §2.3): it is told that it was stored, and nothing else.
    """

    report: Registration
    number: str
    mine: bool
    held: Ownership | None
    owner: User | None
    outside: bool
    over: bool = False
    review: Review | None = None

    @property
    def answer(self) -> str:
        """What the reporter was answered."""
        return Answer.CHECK if self.over else self.report.answer

    @property
    def waiting(self) -> bool:
        """A masked report whose customer has not come yet."""
        return self.report.customer_id is None

    @property
    def secured(self) -> bool:
        """Whether the reporter follows the customer now."""
        return self.held is not None and self.held.user_id == self.report.by_id

    @property
    def until(self) -> datetime | None:
        """Until when the reporter is protected."""
        return self.held.protected_until if self.held and self.secured else None

    @property
    def state(self) -> tuple[str, str]:
        """Kind of tag and its word."""
        if self.over:
            return "warn", _("需人工确认")
        if self.waiting:
            return "warn", _("待核实整号")
        if self.report.answer == Answer.TAKEN:
            return "warn", _("已收到并存档")
        if self.report.answer == Answer.YOURS:
            return "info", _("已是你的客户") if self.mine else _("已是报备人的客户")
        return "ok", _("报备成功")

    @property
    def sentence(self) -> str:
        """What it came to."""
        if self.over:
            return _("已收到并存档，编号 %(no)s。今天查的、报的太多了，要人工确认。") % {"no": self.report.no}
        if self.waiting:
            return _("号码不全：客户到场、前台核对整号后才算数，收到时间不变。")
        if self.report.answer == Answer.TAKEN:
            return self._contesting()
        if not self.secured:
            return self._now() or _("现在没有人跟进这位客户。")
        if self.report.answer == Answer.CHECK:
            return _("客户归你跟进。另有相似的隐号报备，到访时前台会核对整号。") if self.mine else ""
        return _("客户归你跟进。") if self.mine else ""

    def _contesting(self) -> str:
        facts = {"no": self.report.no, "owner": self.owner.name if self.owner else ""}
        if self.secured and self.mine:
            return _("已收到并存档，编号 %(no)s；客户现在归你跟进。") % facts
        if self.held is None:
            return _("已收到并存档，编号 %(no)s；客户现在没有人跟进，按报备先后问到你会通知你。") % facts
        if self.owner:
            return _("已收到并存档，编号 %(no)s；客户现在归%(owner)s，主管会裁定。") % facts
        return _("已收到并存档，编号 %(no)s；客户已有人跟进，主管会裁定。") % facts

    def _now(self) -> str:
        if self.held is None:
            return ""
        if self.owner:
            return _("客户现在归%(owner)s。") % {"owner": self.owner.name}
        return _("客户现在不归你跟进。") if self.mine else _("客户现在不归报备人跟进。")

    @property
    def late(self) -> str:
        """The sentence for a report after the arrival; an agency is told no time."""
        if self.over or self.report.arrived_at is None:
            return ""
        if self.outside:
            return _("客户在这条报备之前已到访，这条报备会记为「补登」")
        return _("客户 %(at)s 已到访，这条报备在到访之后，会记为「补登」") % {
            "at": _when(self.report.arrived_at, self.report.at)
        }

    @property
    def text(self) -> str:
        """The receipt as text, to be sent on."""
        lines = [
            _("报备回执 %(no)s") % {"no": self.report.no},
            _("客户：%(name)s %(number)s")
            % {"name": f"{self.report.name}{self.report.honorific}", "number": self.number},
            _("报备公司：%(agency)s") % {"agency": self.report.agency},
            _("收到时间：%(at)s") % {"at": date_format(localtime(self.report.at), "Y-m-d H:i:s")},
        ]
        if self.until:
            lines.append(_("保护至：%(at)s") % {"at": date_format(localtime(self.until), "Y-m-d H:i")})
        return "\n".join([*lines, self.state[1]])


def _when(moment: datetime, today: datetime) -> str:
    """The time of day; with the date where it was another day."""
    there, now = localtime(moment), localtime(today)
    return date_format(there, "TIME_FORMAT" if there.date() == now.date() else "SHORT_DATETIME_FORMAT")


def _beside() -> dict[str, Any]:
    """What is read beside reports: who looked them over, the last one last, and who follows their customers now."""
    reviews = Review.objects.filter(among("leads_review.registration_id", "reports", "bigint"))
    live = Ownership.objects.live_at(given("at")).filter(project=given("project"))
    followed = among("leads_ownership.customer_id", "customers", "uuid")
    return {"reviews": reviews.order_by("at", "pk"), "held": live.filter(followed).select_related("user")}


BESIDE = Prepared(_beside)


def views(here: Workplace, reports: Iterable[Registration], at: datetime) -> list[ReceiptView]:
    """Each report as this person may see it; a few queries for all."""
    found = list(reports)
    over = over_limit(found) if here.outside else set()
    customers = {report.customer_id for report in found} - {None}
    about = BESIDE.ask(
        reports=[report.pk for report in found], customers=list(customers), project=here.project.pk, at=at
    )
    reviews = {review.registration_id: review for review in about["reviews"]}
    held: dict[Any, Ownership] = {one.customer_id: one for one in about["held"]}
    names = told_names(here)
    return [
        replace(
            _view(here, report, None if report.pk in over else held.get(report.customer_id), names),
            over=report.pk in over, review=reviews.get(report.pk),
        )
        for report in found
    ]  # fmt: skip


def _view(here: Workplace, report: Registration, held: Ownership | None, names: bool) -> ReceiptView:
    number = report.number if report.masked else phones.mask34(report.number)
    return ReceiptView(
        report=report, number=number, mine=report.by_id == here.user.pk, held=held,
        owner=held.user if held and names else None, outside=here.outside,
    )  # fmt: skip
