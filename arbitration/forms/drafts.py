"""The forms of the editor: everything is chosen from what there is; numbers and words alone are typed. All work without JavaScript."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arbitration.engine.check.wording import consequence
from arbitration.engine.facts import FACTS
from arbitration.forms.policies import field_of
from arbitration.models import PolicyDraft
from arbitration.policies import drafting, edits, offers, parameters, vocabulary
from arbitration.policies.writing import MOST_CONDITIONS, SAYS, TITLE, RuleInput
from people.routines import midnight
from people.stepup import StepUp
from trail.forms import Form
from trail.refusals import Refusal


class SeenForm(Form):
    """What every act on a draft carries: which of its versions was on the page. `ids`: several forms stand on one page."""

    ids = "id_%s"

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, draft: PolicyDraft, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("seen", draft.version)
        super().__init__(*args, **{"auto_id": self.ids, **kwargs})
        self.draft = draft

    def has_seen(self, version: int) -> None:
        """As it was typed, on a page of the draft as it is now: sent again, it has seen that."""
        data = cast("QueryDict", self.data).copy()
        data["seen"] = str(version)
        self.data = data


class BeginForm(Form):
    """From which policy."""

    source = forms.ChoiceField(label=gettext_lazy("从哪一份开始"))
    rule = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sources: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = list(sources)  # type: ignore[attr-defined]


class ParametersForm(SeenForm):
    """The parameters of one clause, each within its bounds."""

    ids = "param_%s"

    def __init__(self, *args: Any, draft: PolicyDraft, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, draft=draft, **kwargs)
        self.names, lang, self.given = list(names), offers.language(), dict[str, Any]()
        for name in names:
            param = draft.content["params"][name]
            field = field_of(name, param, draft.params.get(name, param["value"]))
            field.label, field.help_text = parameters.label(name, param, lang), parameters.hint(name, param)
            field.error_messages |= {"required": _("这一项要填")}
            self.fields[f"p_{name}"] = field

    def param_fields(self) -> list[forms.BoundField]:
        """In the order of the policy."""
        return [self[f"p_{name}"] for name in self.names]

    def clean(self) -> dict[str, Any]:
        """Every mistake at its field."""
        given: dict[str, Any] = self.cleaned_data
        for name in (name for name in self.names if f"p_{name}" in given):
            try:
                self.given[name] = parameters.read(name, self.draft.content["params"][name], given[f"p_{name}"])
            except Refusal as refusal:
                self.refuse(refusal)
        return given


class RowForm(SeenForm):
    """A row: up to twelve conditions and one consequence; of what happens where no rule applies, that is all.

    A condition is a fact, and then what that is compared with; where another fact was chosen, the form comes back with the inputs
    for it. Valid, it holds `written`.
    """

    ids = "rule_%s"
    stage = forms.CharField(required=False, widget=forms.HiddenInput)
    then = forms.ChoiceField(label=gettext_lazy("结果"))

    def __init__(
        self, *args: Any, draft: PolicyDraft, stage: Mapping[str, Any], row: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, draft=draft, **kwargs)
        self.row, self.written = row, RuleInput([], "", {}, {})
        self.values, self.lang = drafting.values(draft.content, draft.params), offers.language()
        self.known = drafting.known(draft)
        self.facts = [(word.name, word.zh if self.lang == "zh" else word.en) for word in vocabulary.facts(*self.known)]
        self.initial["stage"] = stage["id"]
        self._consequences(stage)
        self.lines = self._lines()

    def _consequences(self, stage: Mapping[str, Any]) -> None:
        choices = vocabulary.consequences(stage, *self.known)
        said = [(name, consequence(then, self.values, self.lang)) for name, then in choices.items()]
        self.fields["then"].choices = [("", "—"), *sorted(said, key=lambda one: one[1])]  # type: ignore[attr-defined]
        if self.row:
            self.initial["then"] = vocabulary.token(self.row["then"])

    # ── conditions ──

    def _lines(self) -> list[str]:
        """A line for each condition, and an empty one; their fields are added here."""
        known = list(self.row.get("when", ())) if self.row else []
        names = []
        for i in range(MOST_CONDITIONS):
            condition = known[i] if i < len(known) else None
            fact = self.data.get(f"c{i}_fact", "") if self.is_bound else condition["fact"] if condition else ""
            if condition and condition["fact"] != fact:
                condition = None
            self._fact(i, fact)
            if fact in FACTS:
                self._compared(i, fact, condition)
            names.append(f"c{i}")
            if not fact and i >= len(known):
                break
        return names

    def _fact(self, i: int, fact: str) -> None:
        self.fields[f"c{i}_fact"] = forms.ChoiceField(
            label=_("条件 %(n)s") % {"n": i + 1}, choices=[("", "—"), *self.facts], required=False, initial=fact
        )

    def _compared(self, i: int, fact: str, condition: Mapping[str, Any] | None) -> None:
        kind, word = vocabulary.kind(fact, condition), FACTS[fact]
        if kind == "fixed":
            return
        said = [(str(value), word.said(value, self.lang)) for value in word.values] if kind != "number" else []
        if kind == "yes_no":
            initial = vocabulary.allowed(condition)[0] if condition else ""
            field: forms.Field = forms.ChoiceField(choices=[("", "—"), *said], initial=initial)
        elif kind == "one_of":
            chosen = vocabulary.allowed(condition) if condition else []
            widget = forms.CheckboxSelectMultiple
            field = forms.MultipleChoiceField(choices=said, initial=chosen, widget=widget)
        else:
            self._number(i, condition)
            return
        field.label = _("是")
        field.error_messages["required"] = _("选一个值")
        self.fields[f"c{i}_value"] = field

    def _number(self, i: int, condition: Mapping[str, Any] | None) -> None:
        op = vocabulary.op_of(condition) if condition else "ge"
        need = condition[op] if condition else ""
        param = need["param"] if isinstance(need, Mapping) else ""
        names = vocabulary.number_params(self.draft.content)
        labels = [(name, parameters.label(name, self.draft.content["params"][name], self.lang)) for name in names]
        self.fields[f"c{i}_op"] = forms.ChoiceField(
            label=_("怎么比"), choices=list(vocabulary.NUMBER_OPS.items()), initial=op
        )
        self.fields[f"c{i}_value"] = forms.CharField(
            label=_("数"), required=False, max_length=9, initial="" if param else need,
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        )  # fmt: skip
        self.fields[f"c{i}_param"] = forms.ChoiceField(
            label=_("或者参数"), required=False, choices=[("", "—"), *labels], initial=param
        )

    def conditions(self) -> list[list[forms.BoundField]]:
        """The inputs of each line."""
        return [[self[f"{name}_{part}"] for part in ("fact", "op", "value", "param") if f"{name}_{part}" in self.fields]
            for name in self.lines]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        read = [self._condition(name, given) for name in self.lines if given.get(f"{name}_fact")]
        if not self.errors:
            self.written = self._read([leaf for leaf in read if leaf], given)
        return given

    def _read(self, conditions: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> RuleInput:
        return RuleInput(conditions, given["then"], {}, {})

    def _condition(self, name: str, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        fact, place = given[f"{name}_fact"], int(name[1:])
        known = list(self.row.get("when", ())) if self.row else []
        was = known[place] if place < len(known) and known[place]["fact"] == fact else None
        kind, value = vocabulary.kind(fact, was), given.get(f"{name}_value")
        if kind == "fixed":
            return was
        if kind == "number":
            return self._compared_number(name, fact, given)
        if not value:
            return None  # its field says so
        chosen = [value] if kind == "yes_no" else value
        if was and set(vocabulary.allowed(was)) == set(chosen):
            return was
        return {"fact": fact, "is": value == "True"} if kind == "yes_no" else vocabulary.one_of(fact, value)

    def _compared_number(self, name: str, fact: str, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        op, param, number = given.get(f"{name}_op"), given.get(f"{name}_param"), given.get(f"{name}_value", "")
        if op and param:
            return {"fact": fact, op: {"param": param}}
        value = parameters.number(number)
        if type(value) is not int or value not in FACTS[fact].values:
            low, high = FACTS[fact].values[0], FACTS[fact].values[-1]
            self.add_error(f"{name}_value", _("填 %(min)s 到 %(max)s 之间的整数") % {"min": low, "max": high})
            return None
        return {"fact": fact, op: value} if op else None


class RuleForm(RowForm):
    """A rule: a row with its words, and what it goes before or gives way to."""

    title_zh = forms.CharField(label=gettext_lazy("标题（中文）"), max_length=TITLE)
    title_en = forms.CharField(label=gettext_lazy("标题（英文）"), max_length=TITLE)
    says_zh = forms.CharField(
        label=gettext_lazy("说明（中文）"), max_length=SAYS, widget=forms.Textarea(attrs={"rows": 2})
    )
    says_en = forms.CharField(
        label=gettext_lazy("说明（英文）"), max_length=SAYS, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, *args: Any, draft: PolicyDraft, stage: Mapping[str, Any], row: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, draft=draft, stage=stage, row=row, **kwargs)
        self.initial.update(_words(row))
        if stage["hit"] == "unique":
            self._order(stage)

    def _order(self, stage: Mapping[str, Any]) -> None:
        own = self.row["id"] if self.row else ""
        others = [(row["id"], f"{row['id']} {row['title'][self.lang]}") for row in stage["rules"] if row["id"] != own]
        for name, label, found in (
            ("beats", _("优先于（是它们的例外）"), edits.beaten), ("yields", _("让位于（它们是例外）"), edits.beaters)
        ):  # fmt: skip
            self.fields[name] = forms.MultipleChoiceField(
                label=label, choices=others, required=False, widget=forms.CheckboxSelectMultiple,
                initial=sorted(found(self.draft.content, own)) if own else [],
            )  # fmt: skip

    def _read(self, conditions: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> RuleInput:
        title, says = ({lang: given[f"{text}_{lang}"] for lang in ("zh", "en")} for text in ("title", "says"))
        return RuleInput(conditions, given["then"], title, says, given.get("beats", ()), given.get("yields", ()))


def _words(row: Mapping[str, Any] | None) -> dict[str, str]:
    return {f"{text}_{lang}": row[text][lang] for text in ("title", "says") for lang in ("zh", "en")} if row else {}


class BeginningForm(SeenForm):
    """From which day."""

    since = forms.DateField(
        label=gettext_lazy("从哪天起生效"), required=False, help_text=gettext_lazy("当天零点起；留空就是发布时马上生效"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages={"invalid": gettext_lazy("写成 2025-05-01")},
    )  # fmt: skip

    def moment(self) -> datetime | None:
        """The first moment of that day."""
        day = self.cleaned_data["since"]
        return midnight(day, self.draft.project.zone) if day else None


class SubmitForm(SeenForm):
    """Why."""

    why = forms.CharField(label=gettext_lazy("为什么改"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("发布的人和签收的人都看得到"))  # fmt: skip


class PublishForm(StepUp):
    """Proof of who publishes, and what they read."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    marker = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    checked = forms.BooleanField(
        label=gettext_lazy("差别、检查和试算我都看过了"), error_messages={"required": gettext_lazy("看过以后打勾")}
    )


class SendBackForm(Form):
    """Why not."""

    why = forms.CharField(label=gettext_lazy("为什么退回"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
