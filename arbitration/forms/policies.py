"""The parameters and terms of a policy as one form; the fields come from the pack, the judging from where a command has it too."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arbitration import terms as rules_of_terms
from arbitration.policies import offers, parameters, starting
from arbitration.policies.offers import Offer
from people.terms import Terms
from trail.forms import Form
from trail.refusals import Refusal

YES_NO = [("yes", gettext_lazy("是")), ("no", gettext_lazy("否"))]
UNKNOWN = gettext_lazy("选列出来的一个")


class PolicyForm(Form):
    """What a project sets of a policy. Valid, it holds `params`, those that differ from the pack's own, and `terms` or None."""

    seen = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    next = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offer: Offer, terms: Terms | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer, self.params, self.terms = offer, dict[str, Any](), terms
        lang = offers.language()
        for name, param in offer.pack.params.items():
            value = offer.params.get(name, param["value"])
            field = field_of(name, param, value)
            field.label, field.help_text = parameters.label(name, param, lang), parameters.hint(name, param)
            self._add(f"p_{name}", field)
        if terms is not None:
            self._add_terms(terms)

    def _add(self, name: str, field: forms.Field) -> None:
        field.error_messages |= {"required": _("这一项要填"), "invalid_choice": UNKNOWN}
        self.fields[name] = field

    def _add_terms(self, terms: Terms) -> None:
        days = forms.CharField(
            label=_("报备的保护期（天）"), help_text=_("到期放回公海；留空就是不过期"), required=False, max_length=20,
            initial=terms.protection_days, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        )  # fmt: skip
        told = forms.ChoiceField(
            label=_("查重时告诉内部人员归谁"), help_text=_("分销公司的人从来看不到"), choices=YES_NO, initial=_yes(terms.disclose_owner)
        )  # fmt: skip
        self._add("protection_days", days)
        self._add("disclose_owner", told)
        limit = forms.CharField(
            label=_("佣金超过多少由总经理签（元）"), help_text=_("留空就是不限"), required=False, max_length=20,
            initial=terms.sign_limit_yuan, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        )  # fmt: skip
        self._add("sign_limit_yuan", limit)
        ways = [("", "—"), *((str(way), way.label) for way in rules_of_terms.WAYS)]
        for i in range(len(rules_of_terms.WAYS)):
            first = terms.routing[i] if i < len(terms.routing) else ""
            label = _("第 %(n)s 顺位") % {"n": i + 1}
            self._add(f"route_{i + 1}", forms.ChoiceField(label=label, choices=ways, initial=first, required=False))

    def param_fields(self) -> list[forms.BoundField]:
        """The policy's own parameters."""
        return [self[f"p_{name}"] for name in self.offer.pack.params]

    def term_fields(self) -> list[forms.BoundField]:
        """What registration needs."""
        return [self[name] for name in ("protection_days", "disclose_owner", "sign_limit_yuan") if name in self.fields]

    def route_fields(self) -> list[forms.BoundField]:
        """What reception needs: who receives, the first that applies."""
        return [self[name] for name in self.fields if name.startswith("route_")]

    def clean(self) -> dict[str, Any]:
        """Every mistake at its field, all at once."""
        given = self.cleaned_data
        unknown = [name for name in self.data if name.startswith("p_") and name not in self.fields]
        for name in unknown:
            self.add_error(None, _("这份制度没有「%(name)s」这个参数") % {"name": name.removeprefix("p_")})
        values = {name: self._read(name, given[f"p_{name}"]) for name in self.offer.pack.params if f"p_{name}" in given}
        if self.terms is not None and "disclose_owner" in given:
            self._read_terms(given, values, self.terms)
        if not self.errors:
            self.params = parameters.differing(self.offer.pack, values)
        return given

    def _read(self, name: str, given: Any) -> Any:
        try:
            return parameters.read(name, self.offer.pack.params[name], given)
        except Refusal as refusal:
            self.refuse(refusal)
            return None

    def _read_terms(self, given: dict[str, Any], values: dict[str, Any], before: Terms) -> None:
        """The terms, as far as the form asks for them."""
        chosen = [field.name for field in self.route_fields() if given.get(field.name)]
        days = given.get("protection_days", "").strip()
        limit = given.get("sign_limit_yuan", "").strip()
        terms = replace(
            before,
            protection_days=parameters.number(days) if days else None,
            disclose_owner=given["disclose_owner"] == "yes",
            routing=tuple(given[name] for name in chosen),
            sign_limit_yuan=parameters.number(limit) if limit else None,
        )
        terms = starting.apart(terms, values)
        try:
            rules_of_terms.judge(terms)
            self.terms = terms
        except Refusal as refusal:
            place = refusal.field.removeprefix("route_")
            refusal.field = chosen[int(place) - 1] if place.isdigit() and chosen else refusal.field
            self.refuse(refusal)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def field_of(name: str, param: parameters.Param, value: Any) -> forms.Field:
    """The input for a parameter, with what is set now."""
    match parameters.kind(name, param):
        case "one":
            return forms.ChoiceField(choices=list(parameters.ONE[name].items()), initial=value)
        case "several":
            words = list(parameters.SEVERAL[name].items())
            return forms.MultipleChoiceField(choices=words, initial=value, widget=forms.CheckboxSelectMultiple)
        case "yes_no":
            return forms.ChoiceField(choices=YES_NO, initial=_yes(value))
        case "days":
            widget = forms.Textarea(attrs={"rows": 2})
            return forms.CharField(initial="\n".join(value), required=False, max_length=2000, widget=widget)
        case "points":
            return forms.CharField(initial=", ".join(map(str, value)), max_length=80)
        case "number":
            numeric = forms.TextInput(attrs={"inputmode": "numeric"})
            return forms.CharField(initial=str(value), max_length=20, widget=numeric)
        case _:
            return forms.CharField(initial=value, max_length=parameters.LONGEST)
