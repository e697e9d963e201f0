"""怎么算的: what one entry of the ledger rests on, and how each part of it was computed, to the fen."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from arbitration.cases.reads import ruled_by, visible
from arbitration.models import Collision, Ruling
from arbitration.shares import Key
from finance.models import Account, Entry, Posting
from finance.reads.holders import OF_SOMEBODY
from finance.reads.splits import basis_of
from finance.reads.statements import own_keys
from leads.money import WHOLE, exact, yuan
from people.roles import Right
from people.workplace import Workplace

FEN = Decimal(100)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an entry. `exact`: before rounding; `rounded`: what rounding did, in words."""

    name: str
    kind: str
    share_bp: int | None
    amount_fen: int
    exact: str
    rounded: str


@dataclass(frozen=True, slots=True)
class Explained:
    """An entry, explained as far as its reader may see it. `others_fen`: what is not shown of it; `case`: where the ruling may be read."""

    entry: Entry
    basis: str
    whole_fen: int
    parts: list[Part]
    others_fen: int
    clauses: list[dict[str, Any]]
    reason: str
    case: str
    related: list[tuple[str, Entry]]


def entry_of(here: Workplace, no: str) -> Entry:
    """The entry of this number, where this person sees all splits or has a line in it; else 404."""
    related = (
        "deal__customer",
        "ruling__policy",
        "ruling__collision",
        "ruling__by",
        "change",
        "corrects",
        "reverses",
        "by",
    )
    entry = Entry.objects.filter(project=here.project, no=no).select_related(*related).first()
    if entry is None:
        raise Http404
    mine = set(own_keys(here))
    if not here.may(Right.SPLITS) and not any(line.account.key in mine for line in _lines(entry)):
        raise Http404
    return entry


def explain(here: Workplace, entry: Entry) -> Explained:
    """All of it for who sees all splits; else only one's own parts, and what the others come to."""
    lines = _lines(entry)
    mine = None if here.may(Right.SPLITS) else set(own_keys(here))
    shown = [line for line in lines if _stands_for(line) and (mine is None or line.account.key in mine)]
    whole = -sum(line.amount_fen for line in lines if not _stands_for(line))
    ruling, parts = entry.ruling, _parts(lines)
    why = "" if entry.deal is None else basis_of(entry.kind, ruled=ruling is not None)
    return Explained(
        entry, why, whole, [_part(line, whole, entry, parts) for line in shown],
        whole - sum(line.amount_fen for line in shown), ruled_by(ruling) if ruling else [],
        ruling.reason if ruling and ruling.kind == Ruling.Kind.OTHERWISE else "",
        _case(here, ruling), _related(entry, here, mine),
    )  # fmt: skip


def _lines(entry: Entry) -> list[Posting]:
    rows = entry.postings.select_related("account__user", "account__organisation", "account__team")
    return list(rows.order_by("pk"))


def _stands_for(line: Posting) -> bool:
    """Whether a posting is somebody's, the company's too, and not the other side."""
    return line.account.kind in OF_SOMEBODY


def _parts(lines: list[Posting]) -> dict[int, Fraction]:
    """Posting → what part of the whole it is, exactly: a third where a third is meant (G-09)."""
    shares = {line.pk: line.share_bp for line in lines if line.share_bp is not None}
    return dict(zip(shares, exact([*shares.values()]), strict=True)) if shares else {}


def _part(line: Posting, whole: int, entry: Entry, parts: dict[int, Fraction]) -> Part:
    before, rounded = _computed(line, whole, entry, parts.get(line.pk))
    kind = str(Account.Kind(line.account.kind).label)
    return Part(line.account.holder_label, kind, line.share_bp, line.amount_fen, _exactly(before), rounded)


def _computed(line: Posting, whole: int, entry: Entry, part: Fraction | None) -> tuple[Fraction, str]:
    """What it is before rounding, and what became of it; of a correction: of the new sum, less what is booked already (G-16)."""
    booked = Fraction(line.amount_fen)
    if entry.kind == Entry.Kind.REVERSAL:
        return booked, _("和被冲销的一样")
    if part is None or entry.kind == Entry.Kind.SETTLEMENT:
        return booked, _("照实数记")
    if entry.kind == Entry.Kind.CORRECTION and entry.change:
        new = entry.change.commission_fen if entry.book == Entry.Book.COMMISSION else entry.change.amount_fen
        return new * part, _("改后应得这么多，减去已记的就是这次的")
    return whole * part, _rounding(booked - whole * part)


def _exactly(fen: Fraction) -> str:
    """¥0.333333: the exact amount, as far as it goes."""
    rest = (fen - int(fen)).limit_denominator(WHOLE)
    digits = f"{abs(Decimal(rest.numerator) / Decimal(rest.denominator)):.4f}"[2:].rstrip("0")
    return f"{yuan(int(fen)) if int(fen) or fen >= 0 else '−' + yuan(0)}{digits}"


def _rounding(more: Fraction) -> str:
    """What rounding did: the parts are rounded down, the fen left over go one each to the largest remainders (G-07)."""
    if more == 0:
        return _("正好，不用取整")
    return _("余数大，补成一分") if more > 0 else _("不足一分的舍掉")


def _case(here: Workplace, ruling: Ruling | None) -> str:
    """The number of the ruling's case, where this person may open it."""
    if ruling is None or not (here.may(Right.CASES) or here.may(Right.OWN_BOOKS)):
        return ""
    found: Collision | None = visible(here).filter(pk=ruling.collision_id).first()
    return found.no if found else ""


def _related(entry: Entry, here: Workplace, mine: set[Key] | None) -> list[tuple[str, Entry]]:
    """The entries that this one corrects or reverses, and that correct or reverse it."""
    later = Entry.objects.filter(project=here.project)
    found = [(_("更正的是"), entry.corrects), (_("冲销的是"), entry.reverses)]
    found += [(_("后来调整"), one) for one in later.filter(corrects=entry).order_by("pk")]
    found += [(_("后来冲销"), one) for one in later.filter(reverses=entry)]
    return [
        (word, one) for word, one in found if one and (mine is None or any(k.account.key in mine for k in _lines(one)))
    ]
