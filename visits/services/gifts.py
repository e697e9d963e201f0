"""Gifts: what a site gives, and its stock, which never falls below zero (G-34)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from people.models import Site
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits.models import Gift, GiftMove, Visit
from visits.services.roster import lock_site

MOST = 30_000  # of a count: what a column of 16 bits holds


@transaction.atomic
def add_gift(*, here: Workplace, site: Site, name: str, stock: int | None, at: datetime) -> Gift:
    """A site gives this from now on; `stock` None: nobody counts it. Raises Refusal for a name that it has already."""
    site = lock_site(site)
    name = name.strip()
    if not name:
        raise Refusal("gift_name_missing", _("写上礼品叫什么"), field="name")
    if Gift.objects.filter(site=site, name=name).exists():
        raise Refusal("gift_held", _("这个案场已经有「%(name)s」") % {"name": name}, field="name", status=409)
    _check_count(stock or 0, "stock")
    gift = Gift.objects.create(site=site, name=name, stock=stock)
    if stock:
        GiftMove.objects.create(gift=gift, count=stock, note=_("开始"), by=here.user, at=at)
    _note(here, "gift.add", gift, at)
    return gift


@transaction.atomic
def move_stock(*, here: Workplace, gift: Gift, count: int, note: str, at: datetime) -> Gift:
    """Gifts came in (above zero) or went out otherwise than to a visitor (below). The note says why.

    Raises Refusal for a gift that nobody counts, one that ended, nothing, no note, and more going out than there are.
    """
    locked = _lock(gift)
    _check_count(count, "count")
    if locked.stock is None:
        raise Refusal("gift_not_counted", _("这种礼品不记库存"), status=409)
    if not count:
        raise Refusal("gift_count_missing", _("写上进几件或出几件"), field="count")
    if not note.strip():
        raise Refusal("gift_note_missing", _("写上为什么进、为什么出"), field="note")
    _move(locked, count, here, at, note=note.strip()[:120])
    _note(here, "gift.stock", locked, at, count=count)
    return locked


@transaction.atomic
def end_gift(*, here: Workplace, gift: Gift, ended: bool, at: datetime) -> Gift:
    """A gift is no longer given, or is again; what was given stays on record. Doing it twice is doing it once."""
    locked = _lock(gift)
    if (locked.ended_at is not None) != ended:
        locked.ended_at = at if ended else None
        locked.save(update_fields=["ended_at"])
        _note(here, "gift.end" if ended else "gift.again", locked, at)
    return locked


def give(*, here: Workplace, visit: Visit, gift: Gift | None, at: datetime) -> None:
    """What this visitor gets: a gift, or none, which is an answer too (D01-1.f5). The visit is locked by the caller, and saved.

    A gift given before goes back into the stock. Raises Refusal for one of another site, one that ended, and when the last
    was given to somebody else.
    """
    before = visit.gift_item_id
    wanted = sorted({pk for pk in (before, gift.pk if gift else None) if pk})
    locked = {row.pk: row for row in Gift.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    if before and before != (gift.pk if gift else None):
        _move(locked[before], 1, here, at, visit=visit.no)
    if gift and gift.pk != before:
        now = locked[gift.pk]
        if now.site_id != visit.site_id or now.ended_at:
            raise Refusal(
                "gift_not_given", _("这里不发「%(name)s」，换一样") % {"name": now.name}, field="gift", status=409
            )
        _move(now, -1, here, at, visit=visit.no)
    visit.gift_item, visit.gift, visit.gift_asked = gift, gift.name if gift else "", True


def _move(gift: Gift, count: int, here: Workplace, at: datetime, *, visit: str = "", note: str = "") -> None:
    """Change the stock of a locked gift with a line that says so; where nobody counts, the line alone."""
    if gift.stock is not None:
        if gift.stock + count < 0:
            said = {"name": gift.name, "n": gift.stock}
            raise Refusal(
                "gift_out",
                _("「%(name)s」只剩 %(n)d 件，换一样") % said,
                field="gift" if visit else "count",
                status=409,
            )
        gift.stock += count
        gift.save(update_fields=["stock"])
    GiftMove.objects.create(gift=gift, count=count, visit_no=visit, note=note, by=here.user, at=at)


def _lock(gift: Gift) -> Gift:
    return Gift.objects.select_for_update(of=("self",)).select_related("site__project").get(pk=gift.pk)


def _check_count(count: int, field: str) -> None:
    if abs(count) > MOST:
        raise Refusal("gift_count_too_big", _("一次最多 %(most)d 件") % {"most": MOST}, field=field)


def _note(here: Workplace, action: str, gift: Gift, at: datetime, **detail: Any) -> None:
    trail.note(
        by=here.user.pk, action=action, subject=f"gift:{gift.pk}", at=at, project=here.project.code, site=gift.site_id,
        **detail,
    )  # fmt: skip
