"""What the pages of leads show, and to whom."""

from leads.reads.access import (
    colleagues,
    customer_or_404,
    deals,
    deposits,
    registrations,
    relations,
    sellers,
    told_names,
    visible,
)
from leads.reads.notebooks import counts, notebook

__all__ = [
    "colleagues", "counts", "customer_or_404", "deals", "deposits", "notebook", "registrations", "relations", "sellers", "told_names",
    "visible",
]  # fmt: skip
