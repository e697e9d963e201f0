"""Forms of the visit record: late entry, corrections, gifts, paper, the filters of the log."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from people.models import Site, User
from trail.forms import Form
from visits import log
from visits.forms import ArrivalForm, BrokerField
from visits.models import Gift, Visit
from visits.services import Past
from visits.services.paper import MOST

UNASKED, NONE = "unasked", "none"


def moment(**kwargs: Any) -> forms.DateTimeField:
    """A local day and time, to the minute."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, **kwargs)


class GiftField(forms.ChoiceField):
    """A gift of the site, none, or not known."""

    def offer(self, gifts: list[Gift], *, unasked: bool) -> None:
        """What there is to choose from."""
        self.gifts = {str(gift.pk): gift for gift in gifts}
        self.choices = [
            *([(UNASKED, _("没记"))] if unasked else []), (NONE, _("没有礼品")), *((pk, gift.name) for pk, gift in self.gifts.items()),
        ]  # fmt: skip

    def chosen(self, value: str) -> Gift | None:
        """The gift; None for none."""
        return self.gifts.get(value)


class PastForm(ArrivalForm):
    """A whole visit that was not logged when it was."""

    arrived_at = moment(label=_("几点到的"))
    left_at = moment(label=_("几点走的"), required=False, help_text=_("还在，或没人知道，就空着"))
    received_by = forms.ModelChoiceField(
        label=_("谁接待的"), queryset=User.objects.none(), required=False, empty_label=_("没人接待")
    )
    companions = forms.IntegerField(label=_("随行人数"), min_value=0, max_value=99, required=False)
    gift = GiftField(label=_("礼品"))
    refused = forms.BooleanField(label=_("客户不肯留信息"), required=False)

    def __init__(self, *args: Any, gifts: list[Gift], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_by"].queryset = kwargs["sellers"]  # type: ignore[attr-defined]
        self.fields["gift"].offer(gifts, unasked=True)  # type: ignore[attr-defined]

    def past(self, **more: Any) -> Past:
        """What was claimed, for the service."""
        given, field = self.cleaned_data, self.fields["gift"]
        return Past(
            arrived_at=given["arrived_at"], left_at=given["left_at"], received_by=given["received_by"],
            gift=field.chosen(given["gift"]), gift_asked=given["gift"] != UNASKED, **more,  # type: ignore[attr-defined]
        )  # fmt: skip


class CorrectForm(Form):
    """The record as it stands, to be put right. Left as it is, nothing changes; of the number only a new one is typed."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("姓名"), max_length=60, required=False)
    number = forms.CharField(
        label=_("手机号"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    arrived_at = moment(label=_("到访"))
    left_at = moment(label=_("离开时间"), required=False)
    invited_by = forms.ModelChoiceField(label=_("一问：邀约人"), queryset=User.objects.none(), required=False)
    asked_for = forms.ModelChoiceField(label=_("二问：找哪位"), queryset=User.objects.none(), required=False)
    brought_by = BrokerField(label=_("带看经纪人"), queryset=User.objects.none(), required=False)
    first_time = forms.ChoiceField(label=_("三问：首次"), choices=[("", "—"), *Visit.First.choices], required=False)
    companions = forms.IntegerField(label=_("随行人数"), min_value=0, max_value=99)
    gift = GiftField(label=_("礼品"))
    reason = forms.CharField(label=_("为什么改"), max_length=200, help_text=_("原来的内容会留着，这句也留着"))

    def __init__(self, *args: Any, visit: Visit, sellers: Any, brokers: Any, gifts: list[Gift], **kwargs: Any) -> None:
        super().__init__(*args, initial=_as_it_stands(visit), **kwargs)
        self.visit = visit
        for name in ("invited_by", "asked_for"):
            self.fields[name].queryset = among(sellers, getattr(visit, f"{name}_id"))  # type: ignore[attr-defined]
        self.fields["brought_by"].queryset = brokers  # type: ignore[attr-defined]
        if not brokers and not visit.brought_by_id:
            del self.fields["brought_by"]
        if visit.customer_id is None:  # who left no data is entered late
            del self.fields["name"], self.fields["number"]
        self.fields["gift"].offer(gifts, unasked=not visit.gift_asked)  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What it should say, for the service; times that were not touched keep their seconds."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("key", "revision", "reason")}
        for name in ("arrived_at", "left_at"):
            stands = getattr(self.visit, name)
            if stands and given[name] == _to_the_minute(stands):
                given[name] = stands
        if "number" in given and not given["number"]:
            del given["number"]
        if given["gift"] != UNASKED:
            given["gift"] = self.fields["gift"].chosen(given["gift"])  # type: ignore[attr-defined]
        return given


def among(people: Any, pk: int | None) -> Any:
    """These people, and whoever stands there already."""
    return User.objects.filter(Q(pk__in=people.values("pk")) | Q(pk=pk)).order_by("name")


def _to_the_minute(at: datetime) -> datetime:
    return localtime(at).replace(second=0, microsecond=0)


def _as_it_stands(visit: Visit) -> dict[str, Any]:
    stands = {
        name: getattr(visit, name)
        for name in ("revision", "name", "arrived_at", "left_at", "invited_by", "asked_for", "brought_by", "first_time", "companions")
    }  # fmt: skip
    return stands | {"gift": str(visit.gift_item_id or NONE) if visit.gift_asked else UNASKED}


class AskForm(Form):
    """When a visitor came whom nobody logged."""

    arrived_at = moment(label=_("几点到的"))


class GiftForm(Form):
    """What a site gives from now on."""

    name = forms.CharField(label=_("礼品"), max_length=60)
    stock = forms.IntegerField(label=_("现有几件"), min_value=0, required=False, help_text=_("不记库存就空着"))


class StockForm(Form):
    """Gifts came in or went out."""

    count = forms.IntegerField(label=_("进几件"), help_text=_("出的写负数，如 -2"))
    note = forms.CharField(label=_("为什么"), max_length=120)


class PaperForm(Form):
    """How many blank slips for a day."""

    count = forms.IntegerField(label=_("印几张"), min_value=1, max_value=MOST, initial=10)


class VoidForm(Form):
    """Why a slip will not be used."""

    note = forms.CharField(label=_("为什么作废"), max_length=120)


class LogForm(forms.Form):
    """Filters of the site log; all optional, all in the address."""

    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    site = forms.ModelChoiceField(label=_("案场"), queryset=Site.objects.none(), required=False, empty_label=_("全部"))
    receiver = forms.ModelChoiceField(
        label=_("接待人"), queryset=User.objects.none(), required=False, empty_label=_("全部")
    )
    state = forms.ChoiceField(
        label=_("只看"),
        required=False,
        choices=[("", _("全部")), *((key, label) for key, (label, _q) in log.STATES.items())],
    )
    no = forms.CharField(label=_("编号"), max_length=24, required=False)

    def __init__(self, *args: Any, sites: Any, receivers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset, self.fields["receiver"].queryset = sites, receivers  # type: ignore[attr-defined]

    @property
    def filtered(self) -> bool:
        """Whether more is asked for than a named range, or what was asked for is wrong: then the filters are open."""
        return self.is_bound and (bool(self.errors) or any(self.cleaned_data.values()))

    def wanted(self, first: Any, last: Any) -> log.Wanted:
        """What is asked for; `first` and `last` are those of a named range, which days of one's own replace."""
        self.is_valid()
        given = self.cleaned_data if self.is_bound else {}
        own = given.get("since"), given.get("until")
        first, last = own if any(own) else (first, last)
        site, receiver = given.get("site"), given.get("receiver")
        return log.Wanted(first, last, site and site.pk, receiver and receiver.pk, given.get("state") or "")
