"""The form of a robot of a chat group. Address and secret are written, never shown again."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from people.channels.robots import dialect
from people.events import POSTED
from people.forms.changing import ChangeForm
from people.models import Robot, Team
from people.services.robots import Given, look_at
from people.stepup import EXPORTING
from trail.refusals import Refusal

PLAIN: dict[str, Any] = {"autocomplete": "off", "spellcheck": "false"}


class RobotForm(ChangeForm):
    """A robot: where it posts, and what."""

    within = EXPORTING
    kind = forms.ChoiceField(label=_("哪家的"), choices=Robot.Kind.choices)
    name = forms.CharField(
        label=_("名字"), max_length=40, help_text=_("例：渠道一部群"), widget=forms.TextInput(attrs=PLAIN)
    )
    address = forms.CharField(
        label=_("机器人地址"), max_length=300, required=False,
        widget=forms.PasswordInput(attrs={**PLAIN, "autocomplete": "new-password"}, render_value=True),
        help_text=_("从群里的机器人设置整个复制。知道它的人都能往群里发，所以存下后不再显示"),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("加签密钥"), max_length=100, required=False, strip=True,
        widget=forms.PasswordInput(attrs={**PLAIN, "autocomplete": "new-password"}, render_value=True),
        help_text=_("钉钉、飞书的安全设置选「加签」时有；选关键词的，关键词填「报备」"),
    )  # fmt: skip
    team = forms.ModelChoiceField(
        label=_("发哪个团队的"), queryset=Team.objects.none(), required=False, empty_label=_("全项目")
    )
    managers = forms.BooleanField(
        label=_("经理群"), required=False, help_text=_("只有经理和总经理在的群。勾上，消息里可以带金额")
    )
    events = forms.MultipleChoiceField(
        label=_("发什么"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("至少勾一样")},
        choices=[(code, event.title) for code, event in POSTED.items()],
    )  # fmt: skip
    checks: ClassVar[tuple[str, ...]] = ("managers",)

    def __init__(self, *args: Any, robot: Robot | None = None, **kwargs: Any) -> None:
        first: dict[str, Any] = {"kind": Robot.Kind.WECOM, "events": list(POSTED)}
        if robot:
            wanted = [code for code, event in POSTED.items() if set(event.for_robots) & set(robot.wants)]
            names = ("kind", "name", "team", "managers")
            first = {name: getattr(robot, name) for name in names} | {"events": wanted}
        super().__init__(*args, row=robot, initial=first, **kwargs)
        self.fields["team"].queryset = Team.objects.filter(closed_at=None).order_by("name", "pk")  # type: ignore[attr-defined]
        self.robot = robot
        self.examples = [(label, dialect(kind).example) for kind, label in Robot.Kind.choices]
        if robot:
            self.fields["address"].help_text = _("已经存着一个；空着就不改")
            if robot.sealed_secret:
                self.fields["secret"].help_text = _("已经存着一个；空着就不改。地址改了，密钥要重填")

    def clean_address(self) -> str:
        """Why nothing is posted there is told with the other mistakes, before a code is used up."""
        kind, address = self.cleaned_data.get("kind"), str(self.cleaned_data["address"])
        try:
            if kind:
                look_at(robot=self.robot, kind=kind, address=address)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.sentence), refusal.code) from refusal
        return address

    def given(self) -> Given:
        """What was typed."""
        names = Given.__dataclass_fields__
        return Given(**{name: self.cleaned_data[name] for name in names})
