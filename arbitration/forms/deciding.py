"""The decision on a case. Four equal choices, none chosen beforehand; the outcome out of a closed set."""

from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from arbitration.cases.decisions import ESCALATE, EVIDENCE, Decision, Sanction
from arbitration.cases.parties import by_letter, parties
from arbitration.cases.proposals import policy_of
from arbitration.models import Collision, Ruling
from arbitration.sanctions import BY_HAND
from arbitration.shares import Sharer
from leads.money import read_yuan
from people.models import User
from people.stepup import StepUp
from trail.forms import Form
from trail.refusals import Refusal, need_words

KINDS = [
    (Ruling.Kind.AGREED, _("同意建议")),
    (Ruling.Kind.OTHERWISE, _("改判")),
    (EVIDENCE, _("要求补证据")),
    (ESCALATE, _("报给总经理")),
]
SANCTION = ("sanction_to", "sanction_kind", "sanction_amount", "sanction_reason")
SANCTIONS = [("", _("不提")), *((kind.value, kind.label) for kind in BY_HAND)]


def read_share(text: str, *, field: str) -> int:
    """Per cent with at most two decimals, in basis points. Raises Refusal for anything else."""
    try:
        bp = Decimal((text or "0").strip().rstrip("%％")) * 100
    except InvalidOperation:
        raise Refusal("share_unreadable", _("比例写成数字，比如 40"), field=field) from None
    if not bp.is_finite() or bp != bp.to_integral_value() or not 0 <= bp <= 10_000:
        raise Refusal("share_unreadable", _("比例在 0 到 100 之间，最多两位小数"), field=field)
    return int(bp)


class DecisionForm(Form):
    """What the one who rules decides; the shares are a field for each party (in a contract between agencies, for each of them)."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    proposal = forms.CharField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("裁定结果"), choices=KINDS, widget=forms.RadioSelect)
    owner = forms.ChoiceField(label=_("客户归谁"), required=False)
    reason = forms.CharField(
        label=_("理由"), help_text=_("必填，双方都看得到"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence_due = forms.DateField(
        label=_("补证据截止"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    unheard = forms.BooleanField(
        label=_("没陈述也裁"), required=False, help_text=_("不等没陈述的一方，理由里写明为什么")
    )
    sanction_to = forms.ModelChoiceField(label=_("处罚谁（可选）"), queryset=User.objects.none(), required=False)
    sanction_kind = forms.ChoiceField(label=_("处罚"), choices=SANCTIONS, required=False)
    sanction_amount = forms.CharField(label=_("金额（元）"), required=False, max_length=20)
    sanction_reason = forms.CharField(label=_("处罚的事实和依据"), required=False, max_length=300)

    def __init__(self, *args: Any, case: Collision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.claims = by_letter(case)
        people = [(str(claim.user_id), f"{claim.letter} {claim.user.name}") for claim in self.claims]
        others = [(kind.value, kind.label) for kind in Ruling.Owner if kind != Ruling.Owner.PERSON]
        self.fields["owner"].choices = [("", _("选一个")), *people, *others]  # type: ignore[attr-defined]
        self.sides = parties(case, policy_of(case), self.claims)
        for side in self.sides:
            label = _("%(party)s 分成（%%）") % {"party": side.label}
            self.fields[f"share_{side.key}"] = forms.CharField(label=label, required=False, max_length=8)
        whom: Any = self.fields["sanction_to"]
        whom.queryset = User.objects.filter(pk__in=[claim.user_id for claim in self.claims])
        whom.choices = [("", "—"), *((claim.user_id, claim.user.name) for claim in self.claims)]

    def share_fields(self) -> list[forms.BoundField]:
        """The share of each party."""
        return [self[f"share_{side.key}"] for side in self.sides]

    def decision(self) -> Decision:
        """What was decided. Raises Refusal for what does not add up."""
        given = self.cleaned_data
        if given["kind"] != Ruling.Kind.OTHERWISE:
            return Decision(
                kind=given["kind"], reason=given["reason"], evidence_due=self._due(), sanctions=self._sanctions(),
                unheard=given["unheard"],
            )  # fmt: skip
        kind, owner = self._owner()
        return Decision(
            kind=Ruling.Kind.OTHERWISE, reason=given["reason"], owner_kind=kind, owner=owner, shares=self._shares(),
            sanctions=self._sanctions(), unheard=given["unheard"],
        )  # fmt: skip

    def typed(self) -> dict[str, str]:
        """What was written so far, to be kept; never the choice itself, which is made anew each time."""
        names = ("reason", "owner", *(field.name for field in self.share_fields()), *SANCTION, "evidence_due")
        return {name: self.data.get(name, "") for name in names}

    def _due(self) -> datetime | None:
        """Six in the evening of the day that was chosen, where the project is; nothing for other decisions."""
        day, asked = self.cleaned_data["evidence_due"], self.cleaned_data["kind"] == EVIDENCE
        return datetime.combine(day, time(18), self.case.project.zone) if day and asked else None

    def _owner(self) -> tuple[str, User | None]:
        value = self.cleaned_data["owner"]
        if not value:
            raise Refusal("owner_missing", _("改判要选客户归谁"), field="owner")
        if value in Ruling.Owner.values:
            return value, None
        return Ruling.Owner.PERSON, next(claim.user for claim in self.claims if str(claim.user_id) == value)

    def _shares(self) -> list[tuple[Sharer, int]]:
        fields = {f"share_{side.key}": side.sharer for side in self.sides}
        shares = [(who, read_share(self.cleaned_data[field], field=field)) for field, who in fields.items()]
        if sum(bp for _who, bp in shares) not in (0, 10_000):
            raise Refusal("shares_not_whole", _("比例加起来要正好 100%"), field=next(iter(fields)))
        return [(who, bp) for who, bp in shares if bp]

    def _sanctions(self) -> list[Sanction]:
        given = self.cleaned_data
        if not given["sanction_kind"]:
            return []
        told = given["sanction_reason"] if given["sanction_to"] else ""
        need_words(told, "sanction_incomplete", _("处罚要写明谁、什么事实、依据什么"), field="sanction_reason")
        fine = given["sanction_kind"] == "fine"
        amount = read_yuan(given["sanction_amount"], field="sanction_amount") if fine else None
        return [
            Sanction(
                to=given["sanction_to"], kind=given["sanction_kind"], reason=given["sanction_reason"], amount_fen=amount
            )
        ]


class SignForm(StepUp):
    """Signing: a tick that the sums were read, and proof of who signs, each time."""

    checked = forms.BooleanField(label=_("我已核对上面的结果、金额和处罚"))


class JudgeForm(Form):
    """Whether a thing that was brought is taken, and why. Two buttons send it."""

    about = forms.CharField(max_length=24, widget=forms.HiddenInput)
    accepted = forms.ChoiceField(
        choices=[("yes", _("采信")), ("no", _("不采信"))], error_messages={"required": _("选采信或不采信")}
    )
    why = forms.CharField(label=_("认定的理由"), max_length=300)

    def __init__(self, *args: Any, about: str, **kwargs: Any) -> None:
        """`about` keeps the ids of several forms on one page apart."""
        super().__init__(*args, auto_id=f"judge_{about}_%s", **kwargs)
        self.fields["about"].initial = about


class TalksForm(Form):
    """The parties get a day to settle it themselves; the reason that was written for passing the case up is theirs to read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("理由"), max_length=2000, widget=forms.HiddenInput)


class StatementForm(Form):
    """What a party says."""

    text = forms.CharField(label=_("你的陈述"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class ReopenForm(Form):
    """Why a ruled case is taken up again."""

    reason = forms.CharField(label=_("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="reopen_%s", **kwargs)
