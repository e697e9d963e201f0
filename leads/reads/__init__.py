"""What the pages of leads show, and to whom."""

from leads.reads.access import (
    colleagues,
    company_given,
    customer_or_404,
    deals,
    deposits,
    registrations,
    sellers,
    takers,
    told_names,
    visible,
    with_company,
)
from leads.reads.following import keepers, my_tasks, tasks, tasks_of
from leads.reads.notebooks import A_PAGE, EVERYTHING, Notebook, Wanted, counts, first_rows, page, size

__all__ = [
    "A_PAGE", "EVERYTHING", "Notebook", "Wanted", "colleagues", "company_given", "counts", "customer_or_404", "deals", "deposits",
    "first_rows", "keepers", "my_tasks", "page", "registrations", "sellers", "size", "takers", "tasks",
    "tasks_of", "told_names", "visible", "with_company",
]  # fmt: skip
