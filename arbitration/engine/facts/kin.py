"""Who is direct kin of a customer, and whether that is proven in time (G-15, X-32)."""

from arbitration.engine.case import Record, moment
from arbitration.engine.facts.matter import Matter

DIRECT = frozenset({"spouse", "parent_child", "grandparent"})  # siblings, in-laws and cousins are not


def pair(relation: Record) -> str:
    """How a finding names a relation."""
    return f"{relation.get('a')}+{relation.get('b')}"


def other_end(relation: Record, customer: str) -> str | None:
    """Who stands at the other end of a relation of this customer; None where the customer is in it at no end."""
    ends = (relation.get("a"), relation.get("b"))
    return None if customer not in ends else str(ends[0] if ends[1] == customer else ends[1])


def proven_by(m: Matter, relation: Record) -> bool:
    """Whether a copy of a document that proves the relation lies there by now (D07-8.7)."""
    proof = relation.get("proof")
    return bool(proof) and (not proof.get("at") or moment(proof["at"]) <= m.case.ask)


def relations_of(m: Matter, customer: str) -> list[tuple[Record, str]]:
    """(relation, other customer) for the relations of a customer with other customers, as declared by now."""
    found = ((r, other_end(r, customer)) for r in m.relations)
    return [(r, other) for r, other in found if other is not None and other in m.case.customers]
