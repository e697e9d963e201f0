"""Whether somebody knows of each `Erasing`: it alone lets texts be taken out of rows that only grow, so it must not be made up."""

from collections.abc import Iterator

from leads.models import Customer, Erasure
from trail.models import Entry, Erasing

# The line of the log that goes with it; of a customer who was erased there is a record besides (`Erasure`).
ACTIONS: dict[str, str] = {
    Erasing.Kind.FROZEN: "customer.frozen",
    Erasing.Kind.RELEASED: "customer.released",
    Erasing.Kind.ERASED: "customer.erased",
}
RETENTION, OUTLIVED = "retention:", "retention.outlived"  # texts past their time (trail/retention.py)


def unknown_erasings() -> Iterator[tuple[str, str]]:
    """Erasings of which no record of an erasure and no line of the log is known: where, and what."""
    erased = {f"customer:{pk}" for pk in Erasure.objects.values_list("customer", flat=True)}
    stands_for = {
        f"customer:{pk}": f"customer:{into}"
        for pk, into in Customer.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into")
    }
    for row in Erasing.objects.order_by("pk").iterator():
        action = OUTLIVED if row.subject.startswith(RETENTION) else ACTIONS.get(row.kind, "")
        whose = stands_for.get(row.subject, row.subject)
        noted = Entry.objects.filter(action=action, subject=whose, at=row.at).exists()
        if not noted or (action == "customer.erased" and row.subject not in erased):
            yield f"trail_erasing {row.pk}", "nobody was erased, frozen or released then"
