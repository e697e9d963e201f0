"""Why a question is held, dismissed, no collision, or left to a person: the sentence for each reason that packs name."""

from arbitration.engine.facts.words import Note

REASONS: dict[str, Note] = {
    "no_rule_applies": (
        "没有条款适用于这些事实，由负责人裁定。",
        "No clause covers these facts, so the person in charge rules.",
    ),
    "no_ownership_rule": (
        "这份制度不规定客户归谁，由负责人裁定。",
        "This policy does not say whose the customer is, so the person in charge rules.",
    ),
    # D09
    "not_visited_yet": (
        "客户还没有上门；按条款，上门时才按报备定归属。",
        "The customer has not visited yet; by the policy reports decide at the visit.",
    ),
    "customer_names_neither": (
        "同时报备，而客户没有找其中任何一位，条款没有规定，由负责人裁定。",
        "Both reported at the same time and the customer asks for neither; the policy is silent, so the person in charge rules.",
    ),
}
