"""Which step of a sanction may follow which: data, asked by every service and every page (G32). Nothing else decides it."""

from dataclasses import dataclass

from penalties.models import SanctionStep

K = SanctionStep.Kind
SIGNED = frozenset({K.ACKNOWLEDGED, K.REFUSED_TO_SIGN})


@dataclass(frozen=True, slots=True)
class Rule:
    """After which last step; of which steps one must have been, and none may have been, before."""

    after: frozenset[str]
    needs: frozenset[str] = frozenset()
    never_after: frozenset[str] = frozenset()


RULES: dict[str, Rule] = {
    K.NOTICED: Rule(frozenset({K.PROPOSED})),
    K.ANSWERED: Rule(frozenset({K.NOTICED})),
    K.DECIDED: Rule(frozenset({K.NOTICED, K.ANSWERED})),
    K.DROPPED: Rule(frozenset({K.PROPOSED, K.NOTICED, K.ANSWERED})),
    K.ACKNOWLEDGED: Rule(frozenset({K.DECIDED, K.APPEAL_DECIDED}), never_after=SIGNED),
    K.REFUSED_TO_SIGN: Rule(frozenset({K.DECIDED, K.APPEAL_DECIDED}), never_after=SIGNED),
    K.APPEALED: Rule(frozenset({K.DECIDED, *SIGNED}), never_after=frozenset({K.APPEALED})),
    K.APPEAL_DECIDED: Rule(frozenset({K.APPEALED})),
    K.PAYABLE: Rule(frozenset({*SIGNED, K.APPEAL_DECIDED}), needs=SIGNED, never_after=frozenset({K.PAYABLE})),
    # What was reversed after it was posted is posted once more: given back.
    K.POSTED: Rule(frozenset({K.PAYABLE, K.POSTED, K.REVERSED}), needs=frozenset({K.PAYABLE})),
    K.REVERSED: Rule(
        frozenset({K.DECIDED, *SIGNED, K.APPEALED, K.APPEAL_DECIDED, K.PAYABLE, K.POSTED}),
        needs=frozenset({K.DECIDED}), never_after=frozenset({K.REVERSED}),
    ),
}  # fmt: skip

OPEN = frozenset({K.PROPOSED, K.NOTICED, K.ANSWERED})  # nothing is decided yet
OVER = frozenset({K.DROPPED, K.REVERSED})


def allowed(done: list[str], kind: str) -> bool:
    """Whether `kind` may be the next step after those that were done, in their order."""
    rule, before = RULES.get(kind), set(done)
    if rule is None or not done or done[-1] not in rule.after or before & rule.never_after:
        return False
    return not rule.needs or bool(before & rule.needs)
