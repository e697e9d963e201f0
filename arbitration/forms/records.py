"""The form of whatever is put on record, generated from its kind; and the form that opens a case by hand."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from arbitration import services
from arbitration.events.format import Field, Is, Kind
from arbitration.events.options import Choices
from arbitration.models import CaseEvent, Collision, Subject
from arbitration.services.by_hand import Claimed
from leads.models import Customer
from leads.money import read_yuan
from leads.services import other_customer
from people.models import Membership, User
from people.roles import SELLING, Right
from people.workplace import Workplace
from trail.forms import Form
from trail.refusals import Refusal

ONE = ("", _("选一个"))
YES_NO = (("", _("不清楚")), ("yes", _("是")), ("no", _("否")))
CLAIMANTS = 4  # rows on the page; whoever is missing joins with a second entry
WHEN = {"invalid": _("时间写成 2025-03-09 10:20")}
CHOSEN = {Is.PERSON, Is.TAKER, Is.CUSTOMER, Is.SUBJECT, Is.EVENT, Is.CHOICE}


class RecordForm(Form):
    """The fields of one kind, as this person fills them in for this case."""

    def __init__(self, *args: Any, kind: Kind, here: Workplace, case: Collision, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"record_{kind.type}_%s", **kwargs)
        self.entry, self.here, self.case = kind, here, case
        choices = Choices(here, case)
        for field in self._asked():
            self.fields[field.key] = _input(field, choices)

    def _asked(self) -> Iterator[Field]:
        """A party is not asked who it is."""
        return (field for field in self.entry.fields if not field.own or self.here.may(Right.EVIDENCE))

    def store(self, at: datetime) -> CaseEvent:
        """Put it on record. Raises Refusal."""
        given = {field.key: self._read(field) for field in self._asked()}
        return services.record_event(here=self.here, case=self.case, type_=self.entry.type, given=given, at=at)

    def _read(self, field: Field) -> Any:
        value = self.cleaned_data[field.key]
        if field.kind == Is.MONEY and value:
            return read_yuan(value, field=field.key)
        if field.kind == Is.YES_NO:
            return {"yes": True, "no": False}.get(value)
        return value


def _input(field: Field, choices: Choices) -> forms.Field:
    common: dict[str, Any] = {
        "label": field.label, "required": field.required, "help_text": field.hint,
        "error_messages": {"required": _("这一项要填"), "invalid_choice": _("选一个")},
    }  # fmt: skip
    if field.kind in CHOSEN:
        return forms.ChoiceField(choices=[ONE, *choices.of(field)], **common)
    made: dict[Is, Callable[[], forms.Field]] = {
        Is.PEOPLE: lambda: forms.MultipleChoiceField(
            choices=choices.of(field), widget=forms.CheckboxSelectMultiple, **common
        ),
        Is.YES_NO: lambda: forms.ChoiceField(choices=YES_NO, **common),
        Is.NUMBER: lambda: forms.IntegerField(min_value=0, **common),
        Is.MOMENT: lambda: forms.DateTimeField(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), **_with(common, WHEN)
        ),
        Is.TEXT: lambda: forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}), **common),
    }
    make = made.get(field.kind) or (lambda: forms.CharField(max_length=40, **common))
    return make()


def _with(common: dict[str, Any], messages: dict[str, Any]) -> dict[str, Any]:
    return {**common, "error_messages": {**common["error_messages"], **messages}}


class OpenForm(Form):
    """Open a case by hand: what it is about, who claims, and why."""

    matter = forms.ChoiceField(label=_("为了什么"), choices=Collision.Matter, widget=forms.RadioSelect)
    customer = forms.CharField(
        label=_("哪位客户"),
        help_text=_("争客户才填：手机号整号，或你看得到的客户的全名"),
        max_length=80,
        required=False,
    )
    subject = forms.ModelChoiceField(
        label=_("哪一样东西"),
        help_text=_("争媒体位、档期、房号、产品才选"),
        queryset=Subject.objects.none(),
        required=False,
    )
    reason = forms.CharField(
        label=_("为什么立案"),
        help_text=_("必填，双方都看得到"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, here: Workplace, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.here, self.at = here, at
        self.fields["matter"].error_messages["required"] = _("选为了什么立案")
        self.fields["subject"].queryset = Subject.objects.filter(project=here.project).order_by("kind", "name")  # type: ignore[attr-defined]
        selling = Membership.objects.at(at).filter(project=here.project, role__in=SELLING)
        users = User.objects.filter(memberships__in=selling).distinct().order_by("name", "pk")
        for i in range(1, CLAIMANTS + 1):
            self.fields[f"claimant_{i}"] = forms.ModelChoiceField(
                label=_("当事人 %(n)s") % {"n": i}, queryset=users, required=False, empty_label="—"
            )
            self.fields[f"for_{i}"] = forms.CharField(
                label=_("替哪位客户（争东西才填）"), max_length=80, required=False
            )

    def claimant_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each claimant with the customer they claim for."""
        return [(self[f"claimant_{i}"], self[f"for_{i}"]) for i in range(1, CLAIMANTS + 1)]

    def store(self, at: datetime) -> Collision:
        """Open it. Raises Refusal."""
        given = self.cleaned_data
        thing = given["matter"] != Collision.Matter.CUSTOMER
        about = given["subject"] if thing else self._customer("customer")
        rows = [(given[f"claimant_{i}"], f"for_{i}") for i in range(1, CLAIMANTS + 1) if given[f"claimant_{i}"]]
        claimed = [Claimed(user, self._customer(name) if thing else None) for user, name in rows]
        try:
            return services.open_by_hand(
                here=self.here, matter=given["matter"], about=about, claimed=claimed, reason=given["reason"], at=at
            )
        except Refusal as refusal:
            refusal.field = "claimant_1" if refusal.field == "claimants" else refusal.field
            raise

    def _customer(self, name: str) -> Customer | None:
        text = self.cleaned_data[name]
        if not text:
            return None
        try:
            return other_customer(here=self.here, text=text, at=self.at)
        except Refusal as refusal:
            refusal.field = name
            raise


class SubjectForm(Form):
    """A thing for the list."""

    kind = forms.ChoiceField(label=_("哪一类"), choices=Subject.Kind)
    name = forms.CharField(label=_("叫什么"), help_text=_("比如：人民广场站 3 号灯箱、2 栋 1502"), max_length=80)
    area = forms.CharField(label=_("在哪个区域"), max_length=40, required=False)
    priority = forms.IntegerField(
        label=_("优先级"), help_text=_("1 最高，不排优先就不填"), min_value=1, max_value=99, required=False
    )
