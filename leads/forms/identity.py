"""Forms about who a customer is: the answer to a question, a further number, a proof, a merge."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.models import Customer, Relation
from trail.forms import Form

OTHER = "other"
PLAIN = {"autocomplete": "off"}


def _why(label: Any, missing: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=200, widget=forms.TextInput(attrs=PLAIN), error_messages={"required": missing}
    )


class AnswerForm(Form):
    """Who it is: the button says which of the candidates, or none of them; and how that was found out."""

    why = _why(_("怎么核实的"), _("写明怎么核实的"))
    same = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, candidates: list[Customer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {str(one.pk): one for one in candidates}

    def clean(self) -> dict[str, Any]:
        """`same` is the candidate, None for somebody else; about a button nobody pressed the sentence stands above the form."""
        given: dict[str, Any] = super().clean() or {}
        chosen = given.get("same", "")
        if not chosen:
            self.add_error(None, _("选是同一位，还是另一位"))
        elif chosen != OTHER and chosen not in self.candidates:
            self.add_error(None, _("只能从列出的客户里选"))
        return given | {"same": self.candidates.get(chosen)}


class NumberForm(Form):
    """A further number of a customer."""

    phone = forms.CharField(
        label=_("另一个号码"), max_length=40, widget=forms.TextInput(attrs={**PLAIN, "inputmode": "tel"}),
        error_messages={"required": _("手机号没有填")},
    )  # fmt: skip
    proof = forms.CharField(
        label=_("怎么知道是 TA 的"), help_text=_("比如：客户用这个号码来电，当面核对过"), max_length=100,
        widget=forms.TextInput(attrs=PLAIN), error_messages={"required": _("写明怎么知道这是 TA 的号码")},
    )  # fmt: skip


class ProofForm(Form):
    """What somebody saw that proves a relation."""

    proof = forms.ChoiceField(
        label=_("看到的凭据"), choices=Relation.Proof.choices, error_messages={"required": _("选一种凭据")}
    )


class OtherForm(Form):
    """Who the other record is."""

    other = forms.CharField(
        label=_("和哪位客户是同一位"), help_text=_("手机号整号，或姓名"), max_length=80, widget=forms.TextInput(attrs=PLAIN),
        error_messages={"required": _("写手机号整号，或姓名")},
    )  # fmt: skip


class MergeForm(Form):
    """Which record stays, and why the two are one."""

    with_ = forms.UUIDField(widget=forms.HiddenInput)
    keep = forms.ChoiceField(
        label=_("保留哪条"), widget=forms.RadioSelect, error_messages={"required": _("选保留哪条")}
    )
    reason = _why(_("为什么是同一位"), _("写明为什么是同一位"))

    def __init__(self, *args: Any, pair: tuple[Customer, Customer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pair = {one.pk: one for one in pair}
        keep: Any = self.fields["keep"]
        keep.choices = [(str(one.pk), str(one)) for one in pair]
        keep.initial = str(min(pair, key=lambda one: (one.created_at, one.pk)).pk)
        self.fields["with_"].initial = pair[1].pk

    def chosen(self) -> tuple[Customer, Customer]:
        """The record that stays, and the other one."""
        kept = self.pair[UUID(self.cleaned_data["keep"])]
        return kept, next(one for one in self.pair.values() if one != kept)


class UndoForm(Form):
    """Why a merge was wrong."""

    why = _why(_("为什么不是同一位"), _("写明为什么不是同一位"))
