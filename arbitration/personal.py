"""What cases and rulings hold of a customer, and what becomes of it when they are erased (trail/personal.py).

What people say in a case is their own record too, and a ruling rests on it: it stays, without the customer's names and numbers. What a
ruling pins for replay has none (arbitration/casefile). Files that were brought as evidence go.
"""

import binascii
from typing import Any

from cryptography.exceptions import InvalidTag

from arbitration.cases.sealed import unseal
from trail.personal import CODE, DIGEST, NUMBER, OURS, Table, Them, hide

OF_CASE = ("collision__customer", "collision__claims__customer")
OF_RULING = ("ruling__collision__customer", "ruling__collision__claims__customer")
OF_FILE = ("attachment__collision__customer", "attachment__collision__claims__customer")
OF_TERMS = ("settlement__collision__customer", "settlement__collision__claims__customer")
TOKENS = "who is who stands in it by tokens only (arbitration/casefile)"


def payload(them: Them, value: dict[str, Any]) -> dict[str, Any]:
    """What was put on record, without their numbers, which are sealed in it, and without their names."""
    return {
        key: "" if isinstance(one, str) and _sealed(one) in them.numbers else hide(them, one)
        for key, one in value.items()
    }


def _sealed(text: str) -> str:
    try:
        return unseal(text)
    except (InvalidTag, binascii.Error, ValueError):
        return ""


TABLES = [
    Table("arbitration.Draft", of=OF_CASE, goes=True, copy=True, kept={"form": CODE}),
    Table(
        "arbitration.Collision", of=("customer", "claims__customer"),
        kept={"no": NUMBER, "source": NUMBER, "proposal": CODE},
    ),
    Table("arbitration.Claim", of=(*OF_CASE, "registration__customer"), kept={"letter": CODE, "ground": NUMBER}),
    Table("arbitration.Statement", of=OF_CASE, words={"text": hide}),
    Table("arbitration.CaseEvent", of=OF_CASE, words={"payload": payload}),
    Table(
        "arbitration.Attachment", of=OF_CASE, words={"says": hide},
        kept={"name": NUMBER, "media_type": CODE, "sha256": DIGEST},
    ),
    Table("arbitration.AttachmentContent", of=OF_FILE, blank=("original", "shown")),
    Table(
        "arbitration.Ruling", of=OF_CASE, words={"reason": hide},
        kept={
            "no": NUMBER, "shares_kind": CODE, "shares_to": OURS, "shares_bp": OURS, "turns": OURS, "rules": CODE,
            "case_canonical": TOKENS, "case_sha256": DIGEST, "proposal_canonical": TOKENS, "facts": TOKENS,
            "proposal_sha256": DIGEST, "superseded_by": NUMBER,
        },
    ),
    Table("arbitration.Settlement", of=OF_CASE, words={"terms": hide}, kept={"shares": OURS}),
    Table("arbitration.Confirmation", of=OF_TERMS, words={"why": hide}),
    Table("arbitration.Appeal", of=OF_RULING, words={"reason": hide, "decided_why": hide}, kept={"no": NUMBER}),
]  # fmt: skip

NOBODY = {
    "arbitration.Subject": OURS, "arbitration.PolicyVersion": OURS, "arbitration.PolicyInForce": OURS, "arbitration.PolicyDraft": OURS,
    "arbitration.Simulation": "how many cases came to what",
}  # fmt: skip
