"""What parties and the site put on record in a case: a form for each type, which knows the service that stores it."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from arbitration import services
from arbitration.casefile import customers_of
from arbitration.cases.parties import by_letter, parties
from arbitration.cases.proposals import policy_of
from arbitration.forms.deciding import read_share
from arbitration.models import CaseEvent, Collision
from leads.models import Relation
from people.models import Membership, User
from people.roles import Role
from people.workplace import Workplace
from trail.forms import Form, offer
from trail.together import fill
from visits.models import Visit

Type = CaseEvent.Type
DOCUMENTS = [
    ("", _("选一个")), ("household_register", _("户口本")), ("marriage_certificate", _("结婚证")), ("other", _("其他证明")),
]  # fmt: skip


class Known:
    """Whom and what the forms of one case choose from, read once for all that stand on a page."""

    def __init__(self, case: Collision) -> None:
        self.case = case

    @cached_property
    def _read(self) -> tuple[Any, Any, Any]:
        about = [customer.pk for customer in customers_of(self.case)]
        visits = Visit.objects.filter(project=self.case.project, customer__in=about).order_by("arrived_at", "pk")
        kin = Relation.objects.filter(customer__in=about, other__in=about).select_related("customer", "other")
        agents = Membership.objects.filter(project=self.case.project, role=Role.AGENT)
        agents = agents.select_related("user", "organisation").order_by("organisation__name", "user__name")
        found = (visits, kin.order_by("declared_at", "pk"), agents)
        fill(*found)
        return found

    @property
    def visits(self) -> QuerySet[Visit]:
        """Here, of those that the case is about, in order."""
        return self._read[0]

    @property
    def relations(self) -> QuerySet[Relation]:
        """What those are to each other."""
        return self._read[1]

    @property
    def agents(self) -> QuerySet[Membership]:
        """Who works here for an agency."""
        return self._read[2]


def choose(field: Any, rows: QuerySet[Any]) -> None:
    """One of these, which were read already."""
    field.queryset = rows
    offer(field, rows)


class EventForm(Form):
    """Common to all: the case, who fills it in, and ids of its own, as several stand on one page."""

    type: str
    title: Any
    hint: Any = ""
    button: Any = _("提交")

    def __init__(self, *args: Any, here: Workplace, case: Collision, known: Known | None = None, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{self.type}_%s", **kwargs)
        self.here, self.case, self.known = here, case, known or Known(case)

    @property
    def useful(self) -> bool:
        """Whether there is anything in this case that it could be about."""
        return True

    def store(self, at: datetime) -> CaseEvent:
        """Hand what was filled in to the service. Raises Refusal."""
        raise NotImplementedError


class ObjectionForm(EventForm):
    """A party objects; nothing to fill in but the tick that it is meant."""

    type, title = Type.OBJECTION, _("提出异议")
    hint = _("知道撞单的一方，要在客户签约之前提出；以系统收到的时间为准。")

    sure = forms.BooleanField(
        label=_("我代表公司对这位客户的成交提出异议"), error_messages={"required": _("勾选以后才能提出")}
    )

    def store(self, at: datetime) -> CaseEvent:
        """Object."""
        return services.object_to_deal(here=self.here, case=self.case, at=at)


class VisitField(forms.ModelChoiceField):
    """A visit of the customer by its number and time."""

    def label_from_instance(self, obj: Visit) -> str:
        """DF-250310-0012 · 2025-03-10 15:00"""
        return f"{obj.no} · {localtime(obj.arrived_at):%Y-%m-%d %H:%M}"


class BrokerField(forms.ModelChoiceField):
    """An agent by name and agency."""

    def label_from_instance(self, obj: Membership) -> str:
        """高翔 · 安居房产"""
        return f"{obj.user.name} · {obj.organisation.name}"


class AtVisitForm(EventForm):
    """Something about a visit and an agent."""

    visit = VisitField(
        label=_("哪次到访"), queryset=Visit.objects.none(), empty_label=_("选一次"),
        error_messages={"required": _("选一次到访")},
    )  # fmt: skip
    broker = BrokerField(
        label=_("哪位经纪人"), queryset=Membership.objects.none(), empty_label=_("选一位"),
        error_messages={"required": _("选一位经纪人")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["visit"], self.known.visits)
        choose(self.fields["broker"], self.known.agents)


class SlipForm(AtVisitForm):
    """The slip of a visit, issued for an agency."""

    type, title = Type.SLIP, _("补录到访确认单")
    hint = _("前台登记带看时已经算数，这里只补漏掉的。")

    def store(self, at: datetime) -> CaseEvent:
        """Record."""
        visit, broker = self.cleaned_data["visit"], self.cleaned_data["broker"].user
        return services.record_slip(here=self.here, case=self.case, visit=visit, broker=broker, at=at)


class BringForm(AtVisitForm):
    """A bring, with or without the agent in person."""

    type, title = Type.BRING, _("补录带看")
    hint = _("前台登记带看时已经算数，这里只补漏掉的。")

    present = forms.BooleanField(label=_("经纪人本人到场"), required=False, initial=True)

    def store(self, at: datetime) -> CaseEvent:
        """Record."""
        given = self.cleaned_data
        return services.record_bring(
            here=self.here, case=self.case, visit=given["visit"], broker=given["broker"].user, present=given["present"],
            at=at,
        )  # fmt: skip


class RelationField(forms.ModelChoiceField):
    """Two customers and what they are to each other, without full names."""

    def label_from_instance(self, obj: Relation) -> str:
        """张** · 李** · 配偶"""
        other = obj.other.name[:1] if obj.other else ""
        return f"{obj.customer.name[:1]}** · {other}** · {obj.get_kind_display()}"


class ProofForm(EventForm):
    """A document that proves a relation."""

    type, title = Type.PROOF, _("补录关系证明")
    hint = _("看过户口本、结婚证等复印件以后再记；复印件案场留存。")

    relation = RelationField(
        label=_("哪两位"), queryset=Relation.objects.none(), empty_label=_("选一个"),
        error_messages={"required": _("选一种亲属关系")},
    )  # fmt: skip
    document = forms.ChoiceField(label=_("凭什么"), choices=DOCUMENTS, error_messages={"required": _("选一种证明")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["relation"], self.known.relations)

    @property
    def useful(self) -> bool:
        """Only where somebody is somebody's kin."""
        return bool(self.known.relations)

    def store(self, at: datetime) -> CaseEvent:
        """Record."""
        return services.record_proof(
            here=self.here, case=self.case, relation=self.cleaned_data["relation"],
            document=self.cleaned_data["document"], at=at,
        )  # fmt: skip


class ClosingForm(EventForm):
    """Who else was at the signing."""

    type, title = Type.CLOSING, _("补录签约时谁在场")
    hint = _("签单人已经记在合同上；两家都有人在现场的，在这里补上另一家。")

    people = forms.ModelMultipleChoiceField(
        label=_("签约时在场"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("选签约时在场的当事人")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_case = User.objects.filter(claims__collision=self.case)
        self.fields["people"].queryset = of_case  # type: ignore[attr-defined]
        offer(self.fields["people"], dict.fromkeys(claim.user for claim in by_letter(self.case)))

    @property
    def useful(self) -> bool:
        """Only once something was signed."""
        return self.case.deal_id is not None

    def store(self, at: datetime) -> CaseEvent:
        """Record."""
        return services.record_closing(here=self.here, case=self.case, people=list(self.cleaned_data["people"]), at=at)


class NegotiationForm(EventForm):
    """What the talks came to: failed, or a share for each party, confirmed by each."""

    type, title = Type.NEGOTIATION, _("记协商结果")
    hint = _("谈成的，写各方比例，加起来 100%，各方都要书面确认。")

    outcome = forms.ChoiceField(
        label=_("结果"), choices=[("", _("选一个")), ("failed", _("没有谈成")), ("settled", _("谈成了"))],
        error_messages={"required": _("选协商的结果")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = parties(self.case, policy_of(self.case))
        for side in self.sides:
            label = _("%(party)s 分成（%%）") % {"party": side.label}
            self.fields[f"share_{side.key}"] = forms.CharField(label=label, required=False, max_length=8)
        self.fields["confirmed"] = forms.MultipleChoiceField(
            label=_("已书面确认"), choices=[(side.key, side.label) for side in self.sides], required=False,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip

    def store(self, at: datetime) -> CaseEvent:
        """Record."""
        settled = self.cleaned_data["outcome"] == services.SETTLED
        return services.record_negotiation(
            here=self.here, case=self.case, sides=self.sides, shares=dict(self._shares()) if settled else None,
            confirmed=self.cleaned_data["confirmed"], at=at,
        )  # fmt: skip

    def _shares(self) -> Iterable[tuple[str, int]]:
        for side in self.sides:
            field = f"share_{side.key}"
            yield side.key, read_share(self.cleaned_data[field], field=field)


FORMS: dict[str, type[EventForm]] = {
    form.type: form for form in (ObjectionForm, SlipForm, BringForm, ProofForm, ClosingForm, NegotiationForm)
}
