"""What accusations, sanctions and rewards may say of a customer: they stay, without their names and numbers (trail/personal.py)."""

from django.db.models import Q

from arbitration.models import Collision
from trail.personal import CODE, DIGEST, NUMBER, OURS, Finder, Table, Them, hide
from visits.models import Conduct


def of_conduct(column: str) -> Finder:
    """Sanctions for what somebody did while they were received (`conduct:<id>`)."""

    def found(them: Them) -> Q:
        rows = Conduct.objects.filter(Q(customer__in=them.ids) | Q(visit__customer__in=them.ids))
        return Q(**{f"{column}__in": [f"conduct:{pk}" for pk in rows.values_list("pk", flat=True)]})

    return found


def of_case(column: str) -> Finder:
    """Rows that name a case about them."""

    def found(them: Them) -> Q:
        about = Q(customer__in=them.ids) | Q(claims__customer__in=them.ids)
        return Q(**{f"{column}__in": Collision.objects.filter(about).values("no")})

    return found


TABLES = [
    Table("penalties.Accusation", of=(of_case("case"),), words={"what": hide}, kept={"no": NUMBER, "case": NUMBER}),
    Table("penalties.AccusationStep", of=(of_case("accusation__case"),), words={"text": hide}),
    Table(
        "penalties.AccusationFile", of=(of_case("step__accusation__case"),),
        kept={"name": NUMBER, "media_type": CODE, "sha256": DIGEST},
    ),
    Table("penalties.AccusationFileContent", of=(of_case("file__step__accusation__case"),), blank=("original", "shown")),
    Table(
        "penalties.Reward", of=(of_case("case"),), words={"cooperation": hide, "results": hide},
        kept={"no": NUMBER, "case": NUMBER},
    ),
    Table("penalties.RewardStep", of=(of_case("reward__case"),), words={"text": hide}, kept={"entry_no": NUMBER}),
    Table(
        "penalties.Sanction", of=(of_case("case"), of_conduct("act")), words={"fact": hide, "reason": hide},
        kept={"no": NUMBER, "clause": CODE, "policy": CODE, "act": CODE, "case": NUMBER},
    ),
    Table(
        "penalties.SanctionStep", of=(of_case("sanction__case"), of_conduct("sanction__act")), words={"text": hide},
        kept={"entry_no": NUMBER},
    ),
]  # fmt: skip

NOBODY = {"penalties.ProjectRules": OURS, "penalties.Wage": OURS}
