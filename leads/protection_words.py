"""The terms of protection and pool in words, for whoever sets them and whoever must know them."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.terms import RENEWS, Terms


def _days(days: int | None, none: str) -> str:
    return none if days is None else ngettext("%(n)s 天", "%(n)s 天", days) % {"n": days}


def table(terms: Terms) -> list[tuple[str, str]]:
    """What about, and how it is, line by line."""
    renews = dict(RENEWS)
    no, any_number, span = _("不"), _("不限"), _("%(min)s–%(max)s 天")
    low, high = terms.protection_min, terms.protection_max
    return [
        (_("报备后保护"), _days(terms.protection_days, _("不过期"))),
        (_("主管单独定"), span % {"min": low, "max": high} if low else _("不能")),
        (_("到访后保护"), _days(terms.deal_days, _("不分段"))),
        (_("送样或上门拜访后占着"), _days(terms.sample_days, no)),
        (_("跟进后延长"), _days(terms.extend_days, no)),
        (_("什么算数"), _("、").join(str(renews[way]) for way in terms.extend_on) or "–"),
        (_("最多延长"), ngettext("%(n)s 次", "%(n)s 次", terms.extend_limit) % {"n": terms.extend_limit}),
        (_("到期前提醒"), _hours(*terms.warn_hours) or no),
        (_("到期后先问下一位"), _hours(terms.offer_hours) if terms.offer_hours else _("不问，直接放公海")),
        (_("公海认领的最多同时跟"), _people(terms.pool_holding_limit, any_number)),
        (_("一天最多认领"), _people(terms.pool_claims_a_day, any_number)),
        (_("失去后不能再认领"), _days(terms.pool_cooldown_days or None, any_number)),
        (_("一人一天最多查重"), _people(terms.questions_a_day, any_number)),
        (_("联系别人接待的客户"), _("要先经接待人允许") if terms.ask_receiver else _("不用问接待人")),
    ]


def _hours(*hours: int) -> str:
    return _("、").join(ngettext("%(n)s 小时", "%(n)s 小时", n) % {"n": n} for n in hours)


def _people(most: int | None, none: str) -> str:
    return none if most is None else ngettext("%(n)s 位", "%(n)s 位", most) % {"n": most}


def sentences(terms: Terms) -> list[tuple[str, str]]:
    """The lines that say something, of terms in force: what is off needs no line."""
    plain = dict(table(Terms()))
    first, *rest = table(terms)
    return [first, *((about, how) for about, how in rest if how != plain[about])]


def changes(before: Terms, after: Terms) -> list[tuple[str, str, str]]:
    """What about, as it will be, and as it is."""
    pairs = zip(table(after), table(before), strict=True)
    return [(about, new, old) for (about, new), (_about, old) in pairs if new != old]
