"""What the policies ask of the department from time to time: the half-yearly evaluation, and the signatures under them."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy

from arbitration.models import Collision, PolicyInForce, Ruling
from arbitration.policies import offers
from people.acknowledging import Document
from people.models import Project, Routine
from people.routines import Sheet, span

WORDS = {
    "cases": gettext_lazy("立案"), "ruled": gettext_lazy("已裁定"), "agreed": gettext_lazy("同意建议"),
    "otherwise": gettext_lazy("改判"), "reopened": gettext_lazy("重新审理"), "versions": gettext_lazy("换过制度"),
}  # fmt: skip


def evaluation(*, routine: Routine, at: datetime, page: str | None = None) -> Sheet:
    """How the policies were carried out in the half-year (D08-7.4), and under which versions; no change is a result, too."""
    begin, end = span(routine)
    within = {"collision__project": routine.project, "at__gte": begin, "at__lt": end}
    rulings = Ruling.objects.filter(**within)
    opened = Collision.objects.filter(project=routine.project, opened_at__gte=begin, opened_at__lt=end)
    held = PolicyInForce.objects.reaching(begin).filter(project=routine.project, since__lt=end)
    figures = {
        "cases": opened.count(), "ruled": rulings.count(), "agreed": rulings.filter(kind=Ruling.Kind.AGREED).count(),
        "otherwise": rulings.filter(kind=Ruling.Kind.OTHERWISE).count(),
        "reopened": rulings.exclude(superseded_by=None).count(),
        "versions": held.filter(since__gte=begin).values("policy").distinct().count(),
    }  # fmt: skip
    rows = held.select_related("policy").order_by("since", "pk")
    return Sheet(
        figures, "arbitration/_evaluation.html", {"policies": list({row.policy_id: row for row in rows}.values())}
    )


def policies_to_sign(*, project: Project, at: datetime) -> Iterator[Document]:
    """Each policy in force, in the words of its clauses. Another version is another document: it is signed anew."""
    lang, seen = offers.language(), set[str]()
    rows = PolicyInForce.objects.at(at).filter(project=project)
    for held in offers.held(list(rows.select_related("policy").order_by("since", "pk"))):
        pack, rules = held.pack, offers.rules_in_words(held.pack, lang, seen)
        yield Document(
            subject=f"policy:{bytes(held.policy.sha256).hex()}", title=f"{pack.title[lang]} {held.policy}",
            since=held.rows[0].since, lines=[f"{rule['id']} {rule['title']}: {rule['says']}" for rule in rules],
        )  # fmt: skip
