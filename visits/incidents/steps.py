"""The steps of each kind: words, clause, term, evidence, order. Which list a complaint has depends on its cause."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from visits.models import Incident

AT_ONCE, PROMPTLY = timedelta(minutes=30), timedelta(hours=24)  # 立即, 及时 (G-06); exactly then is in time
EVIDENCE = {"video": _("监控录像"), "cashier_record": _("收银记录"), "photo": _("现场照片")}
Cause, Kind = Incident.Cause, Incident.Kind
# Service or product at fault (D06-4.2, 4.3, 5.1). Late delivery and misunderstandings are other causes.
FAULTS = frozenset({Cause.NO_AFTER_SALES, Cause.NOT_AS_EXPECTED, Cause.DEFECT, Cause.DAMAGED, Cause.SERVICE})


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be done. `term` runs from when it happened; none where the text sets none. `after`: not before that one.

    `must`: an incident is not closed without it, unless somebody says why. `evidence`: at least one of these is kept.
    """

    code: str
    clause: str
    label: Any
    hint: Any = ""
    term: timedelta | None = None
    after: str = ""
    evidence: tuple[str, ...] = ()
    must: bool = True

    def due(self, happened_at: datetime) -> datetime | None:
        """Until when, inclusive."""
        return happened_at + self.term if self.term else None


REPLY = Step("reply", "D06-5.2b", _("回复客户"), _("理解问题和感受，找到办法，再回复"), PROMPTLY)
FAULT = (
    Step("investigate", "D06-5.1a", _("调查原因和影响范围"), _("问题确认了没有，还影响谁")),
    Step("apologise", "D06-5.1b", _("承认错误，向客户道歉"), _("确认问题以后再做"), after="investigate"),
    Step("improve", "D06-5.1c", _("采取改进措施")),
    Step("supervise", "D06-5.1c", _("加强质量监管"), _("怎么防止再发生")),
)
CHANGED = (
    Step("learn", "D06-5.3b", _("和客户沟通变化"), _("为什么变了，现在具体要什么")),
    Step("alternative", "D06-5.3c", _("调整计划，或给替代方案"), after="learn"),
)


def _site_steps(doc: str, *, evidence: tuple[str, ...], measures: tuple[Step, ...]) -> tuple[Step, ...]:
    """What D16 asks for alike after a walk-out (2.2, 2.3) and an accident (3.2, 3.3)."""
    keep = _("写明存在哪里")
    return (
        Step("notify", f"{doc}.2.1", _("通知现场负责人"), _("通知到本人才算"), AT_ONCE),
        Step("evidence", f"{doc}.2.1e", _("保留现场证据"), keep, AT_ONCE, evidence=evidence),
        *measures,
        Step("report_up", f"{doc}.2.3", _("向上级汇报"), _("按上级的指示处理"), PROMPTLY),
        Step("investigate", f"{doc}.2.4", _("调查涉及的员工"), _("按结果处理")),
        Step("retrospect", f"{doc}.3.1", _("总结，定改进措施"), _("原因是什么，要不要安排培训"), after="investigate"),
    )


WALKOUT = _site_steps(
    "D16-2", evidence=("video", "cashier_record", "photo"),
    measures=(
        Step("look_for", "D16-2.2.2", _("寻找顾客"), _("看现场情况"), must=False),
        Step("police", "D16-2.2.2", _("报警"), _("看现场情况"), must=False),
    ),
)  # fmt: skip
TRAFFIC = _site_steps(
    "D16-3", evidence=("video", "photo"),
    measures=(
        Step("rescue", "D16-3.2.2", _("救助受伤人员，叫救护车"), _("有人受伤，先做这一步"), must=False),
        Step("police", "D16-3.2.2", _("报警"), _("看现场情况"), must=False),
    ),
)  # fmt: skip
DOUBLE_SALE = (
    Step("contact", "D15-3a", _("联系客户"), _("由现在跟进的人联系，别人不联系"), AT_ONCE),
    Step("explain", "D15-3a2", _("诚恳说明情况"), _("耐心、诚信，争取谅解"), after="contact"),
    Step("solution", "D15-3a3", _("给出解决方案"), _("写下给了什么方案"), after="contact"),
    Step("report_up", "D15-3c", _("向上级汇报，请示方案"), "", PROMPTLY),
)
OTHERS = {Kind.WALKOUT: WALKOUT, Kind.TRAFFIC: TRAFFIC, Kind.DOUBLE_SALE: DOUBLE_SALE}


def steps_of(kind: str, cause: str = "") -> tuple[Step, ...]:
    """The list of a kind. A complaint is always answered; a fault has four steps more (D06-5.1), changed needs two (D06-5.3)."""
    if kind != Kind.COMPLAINT:
        return OTHERS[Kind(kind)]
    return (REPLY, *(FAULT if cause in FAULTS else CHANGED if cause == Cause.CHANGED_NEEDS else ()))


EVER = {
    (kind, step.code): step
    for kind in Kind.values for cause in ("", *Cause.values) for step in steps_of(kind, cause)
}  # fmt: skip


def step_of(kind: str, code: str) -> Step:
    """A step that stands on some list of this kind, also where the cause was changed since. KeyError for another."""
    return EVER[kind, code]


# What a step is called where its kind is not said beside it: two are worded otherwise for another kind.
IN_SHORT: dict[str, Any] = {step.code: step.label for step in EVER.values()} | {
    "investigate": _("调查"), "report_up": _("向上级汇报"),
}  # fmt: skip
