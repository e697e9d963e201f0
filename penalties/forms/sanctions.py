"""What people write at each step of a sanction. Money is typed in yuan; `fen` reads it when the service is called."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.forms.deals import AmountField, fen
from leads.money import yuan
from penalties.models import Nature, Sanction
from penalties.nature import natures_for
from penalties.schedule import Proposed
from penalties.services.converting import INSTEAD
from penalties.services.process import needs_own_fault
from penalties.services.proposing import Ground, Plan
from people.stepup import EXPORTING, StepUp
from people.xlsx import in_yuan
from trail.forms import Form

YES, NO = "yes", "no"


def area(label: Any, length: int, *, hint: Any = "", required: bool = True) -> forms.CharField:
    """Some lines of text. No number, no customer's name: it is read by people who may not know them."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=length, help_text=hint, required=required, widget=widget)


class OneForm(Form):
    """A form about one sanction."""

    def __init__(self, *args: Any, row: Sanction, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.request = row, request


class NoticeForm(OneForm):
    """What whom it is against is told."""

    fact = area(_("事实"), 400, hint=_("什么时候、做了什么。不写客户姓名和电话"))
    evidence = area(_("证据"), 300, hint=_("有哪些，本人在哪里看得到"))
    own_fault = area(_("本人的过错"), 200, hint=_("上级自己错在哪里；只因下属受罚，不能连带"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fact"].initial = self.row.fact or self.row.reason
        if not needs_own_fault(self.row):
            del self.fields["own_fault"]


class AnswerForm(OneForm):
    """The side of whom it is against."""

    text = area(_("你的说明"), 1000, hint=_("只能写一次。不写客户姓名和电话"))


class ReasonForm(OneForm):
    """Why."""

    reason = area(_("理由"), 1000)


class RefusalForm(OneForm):
    """That somebody does not sign."""

    text = area(_("经过"), 1000, hint=_("什么时候、谁在场"))


class DecideForm(StepUp):
    """The decision of a second person, with proof of who signs."""

    within: ClassVar[Any] = EXPORTING
    amount = AmountField(_("金额（元）"), required=False)
    reason = area(_("理由"), 1000, hint=_("本人看得到"))

    def __init__(self, *args: Any, row: Sanction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row.nature == Nature.NON_MONETARY:
            del self.fields["amount"]
            return
        self.fields["amount"].initial = plain(row.in_force_fen)
        self.fields["amount"].help_text = span(row.minimum_fen, row.maximum_fen)


class AppealDecideForm(StepUp):
    """What comes of an appeal, with proof of who signs."""

    within: ClassVar[Any] = EXPORTING
    accepts = forms.ChoiceField(
        label=_("结论"), choices=[(NO, _("维持")), (YES, _("申诉成立，撤销处分"))], widget=forms.RadioSelect
    )
    amount = AmountField(_("改少到（元）"), _("不改就留空"), required=False)
    reason = area(_("理由"), 1000, hint=_("本人看得到"))

    def __init__(self, *args: Any, row: Sanction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row.nature == Nature.NON_MONETARY:
            del self.fields["amount"]


class ConvertForm(OneForm):
    """What takes the place of a fine."""

    instead = forms.ChoiceField(
        label=_("改成"),
        choices=[(Nature.VARIABLE_PAY, _("绩效扣减，金额不变")), *((kind, kind.label) for kind in INSTEAD)],
    )
    days = forms.IntegerField(label=_("天数"), min_value=1, max_value=90, required=False, help_text=_("停接至少 3 天"))


class ProposeForm(Form):
    """What a manager proposes: one of what the schedule offers, or something of their own."""

    choice = forms.ChoiceField(
        label=_("按哪一条"), widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("按制度该给的处分刚有变化，看过再选")},
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("自己定的处分"), choices=[("", "—"), *Sanction.Kind.choices], required=False)
    nature = forms.ChoiceField(
        label=_("算作"), required=False,
        choices=[("", _("默认")), *((n, n.label) for n in Nature if n != Nature.NON_MONETARY)],
    )  # fmt: skip
    amount = AmountField(_("金额（元）"), _("不填就按这一条；罚款只作记录"), required=False)
    days = forms.IntegerField(label=_("天数"), min_value=1, max_value=90, required=False, help_text=_("停接至少 3 天"))
    against_agency = forms.BooleanField(label=_("对分销公司，不对个人"), required=False)
    reason = area(_("理由"), 300)

    def __init__(self, *args: Any, ground: Ground, offers: list[Proposed], at: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ground, self.offers = ground, {_code(one): one for one in offers}
        named = [(code, _offer(one)) for code, one in self.offers.items()]
        self.fields["choice"].choices = [*named, ("own", _("自己定"))]  # type: ignore[attr-defined]
        self.fields["choice"].initial = next(iter(self.offers), "own")
        contract = Nature.CONTRACT_PENALTY in natures_for(ground.project, ground.to, "fine", at)
        if not contract:
            del self.fields["against_agency"]

    def clean(self) -> dict[str, Any]:
        """What is proposed about somebody is said once: of two answers neither is taken."""
        given: dict[str, Any] = super().clean() or {}
        offer = self.offers.get(given.get("choice", ""))
        if offer and given.get("kind") and given["kind"] != offer.kind:
            self.add_error("kind", _("上面选了按某一条，这里又选了别的处分。要自己定，上面选「自己定」"))
        return given

    def plan(self) -> Plan:
        """What the service is told. Raises Refusal for what is no amount."""
        given = self.cleaned_data
        offer = self.offers.get(given["choice"])  # none: something of their own
        typed = fen(given, "amount")
        return Plan(
            kind=given["kind"] if offer is None else offer.kind, reason=given["reason"], nature=given["nature"],
            amount_fen=typed if typed is not None or offer is None else offer.amount,
            days=given["days"] or (offer.days if offer else None), clause=offer.clause if offer else "",
            against_agency=given.get("against_agency", False),
        )  # fmt: skip


def _code(one: Proposed) -> str:
    """What is chosen is what was read: by now the schedule may offer something else in its place."""
    return "|".join(str(part or "") for part in (one.clause, one.kind, one.amount, one.days))


def _offer(one: Proposed) -> str:
    words = [one.clause, str(Sanction.Kind(one.kind).label)]
    words += [yuan(one.amount)] if one.amount else []
    words += [str(span(one.low, one.high))] if one.low != one.high else []
    words += [str(_("%(n)s 天") % {"n": one.days})] if one.days else []
    return " · ".join(filter(None, words))


def span(low: int | None, high: int | None) -> Any:
    """From what to what an amount may be, in words."""
    if high is None:
        return ""
    if low is None:
        return _("最多 %(high)s") % {"high": yuan(high)}
    return _("%(low)s 到 %(high)s") % {"low": yuan(low), "high": yuan(high)}


def plain(amount: int | None) -> str:
    """An amount as one would type it."""
    return "" if amount is None else in_yuan(amount)
