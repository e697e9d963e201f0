"""The books name deals, rulings and who is paid, no customer; of files on their way out see `finance.services.drop_files`."""

from trail.personal import CODE, NUMBER, OURS, Table

TABLES = [
    Table(
        "finance.Entry", of=("deal__customer",),
        kept={"no": NUMBER, "period": CODE, "clauses": CODE, "source": NUMBER},
    ),
]  # fmt: skip

NOBODY = {
    "finance.Export": OURS,
    "finance.ExportPart": "a file for a quarter of an hour; where somebody is erased, it goes at once (finance.services.drop_files)",
    "finance.Account": OURS, "finance.Period": CODE, "finance.PeriodEvent": "speaks of a month",
    "finance.StatementAnswer": "speaks of a month of whoever is paid", "finance.CommissionPlan": OURS,
}  # fmt: skip
