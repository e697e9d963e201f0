"""A simulation as people read it: names for ids, results in words, sums with their sign."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from arbitration.engine.simulation import CLOSER, OPEN
from arbitration.models import Simulation
from arbitration.policies import parameters
from arbitration.policies.offers import language
from arbitration.policies.simulating import drafted
from arbitration.shares import Key, label, sharers
from leads.money import yuan
from leads.templatetags.guishu import percent
from visits.plot import Plot, bars

STATUS = {
    "decided": gettext_lazy("有结果"), "no_collision": gettext_lazy("不构成撞单"), "dismissed": gettext_lazy("不予受理"),
    "on_hold": gettext_lazy("暂不裁定"), "needs_evidence": gettext_lazy("要先补证据"), "escalated": gettext_lazy("由人裁定"),
    "conflict": gettext_lazy("条款冲突"),
}  # fmt: skip
NO_ONE = {
    "company": gettext_lazy("公司"), OPEN: gettext_lazy("还没定"), CLOSER: gettext_lazy("签单的人"), "pool": gettext_lazy("公海"),
    "reassign": gettext_lazy("重新分配"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """What to call those that a simulation keeps by id; looked up once for all of them."""

    known: dict[str, str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Names":
        """Names of these; two queries at most for each kind."""
        wanted = sorted({text for text in texts if ":" in text})
        keys = [Key(kind, int(pk)) for kind, _colon, pk in (text.partition(":") for text in wanted)]
        return cls({text: label(who) for text, who in zip(wanted, sharers(keys), strict=True)})

    def name(self, text: str) -> str:
        """A name."""
        return str(NO_ONE.get(text) or self.known.get(text, text))


def names_in(result: dict[str, Any], rows: Iterable[dict[str, Any]]) -> Names:
    """The names that a page of changed cases needs, and those of the sums."""
    texts = [*result.get("money", {})]
    for row in rows:
        texts += [*row["money"], *row["before"]["shares"], *row["after"]["shares"]]
        texts += filter(None, (row["before"]["owner"], row["after"]["owner"]))
    return Names.of(texts)


def said(outcome: dict[str, Any], names: Names) -> str:
    """«客户归李强 · 李强 60% · 王芳 40%», or why there is no answer."""
    if outcome["status"] != "decided":
        return str(STATUS.get(outcome["status"], outcome["status"]))
    parts = [pgettext("ruling", "归 %(who)s") % {"who": names.name(outcome["owner"])}] if outcome["owner"] else []
    parts += [f"{names.name(who)} {percent(bp)}" for who, bp in outcome["shares"].items()]
    return " · ".join(parts) or str(STATUS["decided"])


def signed(fen: int) -> str:
    """+¥3,200.00; the sign says it, no colour does."""
    return f"+{yuan(fen)}" if fen > 0 else yuan(fen)


def changed(result: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Changed cases for the page: both results, the rules that make the difference, who gets more or less."""
    names = names_in(result, rows)
    for row in rows:
        before, after = set(row["before"]["rules"]), set(row["after"]["rules"])
        yield {
            "case": row["case"], "before": said(row["before"], names), "after": said(row["after"], names),
            "gone": sorted(before - after), "new": sorted(after - before),
            "money": [(names.name(who), signed(fen)) for who, fen in row["money"].items()],
        }  # fmt: skip


def figures(run: Simulation) -> dict[str, Any]:
    """The counts at the head of the page."""
    got = run.result
    n = len(got.get("changed", ())) + got.get("more", 0)
    return {
        "cases": got["cases"], "same": got["cases"] - n, "changed": n, "undecided": len(got.get("undecided", ())),
        "decided": got.get("decided", 0), "overruled": got.get("overruled", 0), "said": got.get("said", 0),
        "unread": got["unread"], "more": got.get("more", 0), "seconds": got["seconds"],
    }  # fmt: skip


def money(run: Simulation) -> list[tuple[str, str]]:
    """Who would get more or less in all, the largest first."""
    sums: dict[str, int] = run.result.get("money", {})
    names = Names.of(sums)
    return [(names.name(who), signed(fen)) for who, fen in sorted(sums.items(), key=lambda item: -abs(item[1]))]


def silent(run: Simulation) -> list[tuple[str, str]]:
    """The rules that took effect in none of the cases: id and title."""
    rules = {rule.id: rule.title[language()] for rule in drafted(run.draft).pack.rules}
    return [(id_, rules.get(id_, "")) for id_ in run.result.get("silent", ())]


def parameter(run: Simulation) -> str:
    """What the parameter that was swept is called."""
    param = drafted(run.draft).pack.params.get(run.parameter)
    return parameters.label(run.parameter, param, language()) if param else run.parameter


def swept(run: Simulation) -> list[dict[str, Any]]:
    """Each value in words, with how many cases come out otherwise, and how many nobody could decide."""
    rows = run.result.get("sweep", ())
    return [{**row, "label": parameters.said(run.parameter, row["value"])} for row in rows]


def plots(rows: list[dict[str, Any]]) -> tuple[Plot, Plot]:
    """Changed and undecided cases by value."""
    changed_, open_ = ([(row["label"], row[name]) for row in rows] for name in ("changed", "undecided"))
    return bars(changed_), bars(open_)


def records(run: Simulation) -> Iterator[list[str]]:
    """The changed cases as lines of an export."""
    rows = run.result.get("changed", [])
    for row in changed(run.result, rows):
        rules = " ".join([*(f"−{id_}" for id_ in row["gone"]), *(f"+{id_}" for id_ in row["new"])])
        yield [
            row["case"],
            row["before"],
            row["after"],
            rules,
            _("；").join(f"{who} {fen}" for who, fen in row["money"]),
        ]
