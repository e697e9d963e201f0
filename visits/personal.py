"""What the front desk holds of a visitor, and what becomes of it when they are erased (trail/personal.py)."""

from django.db.models import Q

from trail.personal import CODE, NUMBER, OURS, Table, Them, hide
from visits.models import Visit


def of_visit(them: Them) -> Q:
    """Gifts handed out at their visits."""
    return Q(visit_no__in=Visit.objects.filter(customer__in=them.ids).values("no"))


TABLES = [
    Table(
        "visits.Visit", of=("customer",), name=("name",), number=("sealed_number",),
        kept={"no": NUMBER, "party": NUMBER, "gift": OURS, "unsure": CODE},
    ),
    Table(
        "visits.Correction", of=("visit__customer",), blank=("old", "new"), number=("sealed_old",), text=("reason",),
        kept={"field": CODE},
    ),
    Table("visits.Signature", of=("slip__visit__customer",), name=("name",)),
    Table("visits.Slip", of=("visit__customer",), kept={"code": NUMBER}),
    Table("visits.Reception", of=("visit__customer",), kept={"queue_before": OURS, "queue_after": OURS}),
    Table("visits.Permission", of=("customer",), blank=("note",)),
    Table("visits.Conduct", of=("customer", "visit__customer"), words={"what": hide}),
    Table("visits.ConductAnswer", of=("conduct__customer", "conduct__visit__customer"), words={"what": hide}),
    Table("visits.ConductFinding", of=("conduct__customer", "conduct__visit__customer"), words={"reason": hide}),
    Table(
        "visits.Expected", of=("customer", "registration__customer"), blank=("note", "check_note", "call_note"),
        kept={"no": NUMBER, "channel": CODE},
    ),
    Table("visits.PaperSlip", of=("visit__customer",), words={"void_note": hide}, kept={"no": NUMBER}),
    Table("visits.GiftMove", of=(of_visit,), words={"note": hide}, kept={"visit_no": NUMBER}),
    Table(
        "visits.Incident", of=("customer", "visit__customer"), words={"what": hide, "found": hide, "left_undone": hide},
        kept={"no": NUMBER},
    ),
    Table(
        "visits.IncidentStep", of=("incident__customer", "incident__visit__customer"), words={"note": hide},
        kept={"code": CODE, "evidence": CODE},
    ),
]  # fmt: skip

NOBODY = {
    "visits.Gift": OURS, "visits.SiteTexts": OURS, "visits.SiteRules": OURS, "visits.TurnChange": OURS, "visits.Duty": OURS,
    "visits.Place": OURS,
}  # fmt: skip
