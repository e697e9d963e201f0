"""Forms of what customers are told, and of consent taken back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.forms.requests import line
from leads.models import Ground, Provision
from trail.forms import Form

GROUNDS = [(str(ground), ground.label) for ground in (Ground.CONSENT, Ground.CONTRACT)]


def _text(label: object, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=8_000, widget=forms.Textarea(attrs={"rows": 14}),  # type: ignore[arg-type]
        error_messages={"required": _("写告知的内容"), "max_length": _("最多 %(limit_value)d 字，现在更长")},
    )  # fmt: skip


class NoticeForm(Form):
    """A version of what customers are told."""

    text = _text(_("告知的内容（中文）"), required=True)
    text_en = _text(_("告知的内容（英文，可以不写）"), required=False)
    ground = forms.ChoiceField(label=_("根据什么留客户的资料"), choices=GROUNDS)


class WithdrawForm(Form):
    """How somebody who takes their consent back was identified."""

    identified = line(_("怎么确认是本人"), 100, _("不写号码"), missing=_("写怎么确认是本人"))


class ProvideForm(Form):
    """What another company was given of a customer, and on what basis."""

    recipient = line(_("给了哪家公司"), 80, _("公司全称"), missing=_("写哪家公司"))
    reached = line(_("客户怎么找那家公司"), 80, _("地址、网站或邮箱，不写号码"), missing=_("写怎么找那家公司"))
    purpose = line(_("那家公司拿来做什么"), 100, _("如：办贷款、量房报价"), missing=_("写拿来做什么"))
    what = line(_("给了哪几种资料"), 100, _("如：姓名、手机号。只写种类，不写内容"), missing=_("写给了哪几种资料"))
    ground = forms.ChoiceField(label=_("根据什么"), choices=Provision.Ground.choices)
    told = line(_("怎么告诉客户的"), 100, _("如：11 月 3 日签了授权书。不写号码"), missing=_("写怎么告诉客户的"))
