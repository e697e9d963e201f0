"""The steps of a sanction as pages: for each its words, its form, and the service that it calls. One table; a button leads to each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leads.forms.deals import fen
from penalties import powers, services
from penalties.forms import sanctions as forms
from penalties.models import Nature, Sanction, SanctionStep
from penalties.payable import pays
from penalties.steps import allowed
from people.access import WorkRequest
from people.workplace import Workplace

K = SanctionStep.Kind
Do = Callable[[Workplace, Sanction, dict[str, Any], datetime], Any]
May = Callable[[Workplace, Sanction, datetime], bool]
When = Callable[[Sanction, datetime], bool]


def _always(_row: Sanction, _at: datetime) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that may be done: its title, its button, the form, who may, which step it writes, and what does it."""

    title: Any
    button: Any
    done: Any
    form: type[Any]
    may: May
    kind: str
    do: Do
    says: Any = ""
    when: When = _always

    def open_to(self, here: Workplace, row: Sanction, at: datetime) -> bool:
        """Whether it is this person's to do, and its turn."""
        turn = allowed([step.kind for step in row.timeline], self.kind) and self.when(row, at)
        return turn and self.may(here, row, at)


def _handles(here: Workplace, row: Sanction, _at: datetime) -> bool:
    return powers.handles(here, row)


def _reverses(here: Workplace, row: Sanction, _at: datetime) -> bool:
    return powers.reverses(here, row)


def _theirs(here: Workplace, row: Sanction, _at: datetime) -> bool:
    return powers.theirs(here, row)


def _in_term(row: Sanction, at: datetime) -> bool:
    return row.last.due_at is not None and at < row.last.due_at


def _decides(here: Workplace, row: Sanction, at: datetime) -> bool:
    return here.user.pk in powers.deciders(row, at)


def _heard(row: Sanction, at: datetime) -> bool:
    return row.last.kind == K.ANSWERED or not _in_term(row, at)


def _appealable(row: Sanction, at: datetime) -> bool:
    decided = row.step(K.DECIDED)
    return bool(decided and decided.due_at and at < decided.due_at)


def _hears(here: Workplace, row: Sanction, at: datetime) -> bool:
    return here.user.pk in powers.appeal_deciders(row, at)


def _final(row: Sanction, at: datetime) -> bool:
    return pays(row.project, row.nature) and bool(row.step(K.APPEAL_DECIDED) or not _appealable(row, at))


def _untold_fine(row: Sanction, _at: datetime) -> bool:
    return row.last.kind == K.PROPOSED and row.nature == Nature.FINE


STEPS: dict[str, Step] = {
    "notice": Step(
        _("告知本人"), pgettext_lazy("do", "告知"), _("告知了，等本人申辩"), forms.NoticeForm, _handles, K.NOTICED,
        lambda here, row, given, at: services.notice_sanction(
            here=here, sanction=row, fact=given["fact"], evidence=given["evidence"], own_fault=given.get("own_fault", ""), at=at
        ),
        _("本人会收到消息，从明天起至少有 5 个工作日申辩。"),
    ),
    "convert": Step(
        _("改成别的处分"), _("改"), _("改了，原来的罚款不办了"), forms.ConvertForm, _handles, K.DROPPED,
        lambda here, row, given, at: services.convert_sanction(
            here=here, sanction=row, instead=given["instead"], days=given["days"], at=at
        ),
        when=_untold_fine,
    ),
    "answer": Step(
        _("写申辩"), _("写好了"), _("写好了，决定的人会看到"), forms.AnswerForm, _theirs, K.ANSWERED,
        lambda here, row, given, at: services.answer_sanction(here=here, sanction=row, text=given["text"], at=at),
        when=_in_term,
    ),
    "decide": Step(
        _("决定"), _("签字决定"), _("决定了，本人会收到消息"), forms.DecideForm, _decides, K.DECIDED,
        lambda here, row, given, at: services.decide_sanction(
            here=here, sanction=row, reason=given["reason"], amount_fen=fen(given, "amount"), at=at
        ),
        _("不会自动扣钱。停接从明天 0 点起；解除只是给总经理的建议。"), _heard,
    ),
    "drop": Step(
        _("不办了"), _("不办了"), _("不办了"), forms.ReasonForm, _handles, K.DROPPED,
        lambda here, row, given, at: services.drop_sanction(here=here, sanction=row, reason=given["reason"], at=at),
    ),
    "acknowledge": Step(
        pgettext_lazy("do", "签收"), _("我看过了"), _("签收了"), forms.OneForm, _theirs, K.ACKNOWLEDGED,
        lambda here, row, _given, at: services.acknowledge_sanction(here=here, sanction=row, at=at),
        _("签收只表示看过，不表示同意，期限内还可以申诉。"),
    ),
    "refusal": Step(
        _("记下拒签"), _("记下"), _("记下了"), forms.RefusalForm, _handles, K.REFUSED_TO_SIGN,
        lambda here, row, given, at: services.record_refusal(here=here, sanction=row, text=given["text"], at=at),
    ),
    "appeal": Step(
        _("申诉"), _("申诉"), _("申诉了，总经理会看到"), forms.ReasonForm, _theirs, K.APPEALED,
        lambda here, row, given, at: services.appeal_sanction(here=here, sanction=row, reason=given["reason"], at=at),
        _("只能申诉一次。有结果以前不扣钱。"), _appealable,
    ),
    "appeal-decision": Step(
        _("处理申诉"), _("签字"), _("本人会收到消息"), forms.AppealDecideForm, _hears, K.APPEAL_DECIDED,
        lambda here, row, given, at: services.decide_sanction_appeal(
            here=here, sanction=row, accepts=given["accepts"] == forms.YES, reason=given["reason"],
            amount_fen=fen(given, "amount"), at=at,
        ),
    ),
    "release": Step(
        _("放行给财务"), _("放行"), _("放行了，财务会看到"), forms.OneForm, _handles, K.PAYABLE,
        lambda here, row, _given, at: services.release_sanction(here=here, sanction=row, at=at),
        _("财务核对以后才入账；一个月最多扣工资的 20%，不低于最低工资。"), _final,
    ),
    "reverse": Step(
        _("撤销处分"), _("撤销"), _("撤销了"), forms.ReasonForm, _reverses, K.REVERSED,
        lambda here, row, given, at: services.reverse_sanction(here=here, sanction=row, reason=given["reason"], at=at),
        _("本人会收到消息。已经入账的由总经理撤销，财务收到消息后退回。"),
    ),
}  # fmt: skip


def open_steps(request: WorkRequest, row: Sanction, at: datetime) -> dict[str, Step]:
    """What this person may do with it now, by the word in the address."""
    return {word: step for word, step in STEPS.items() if step.open_to(request.workplace, row, at)}
