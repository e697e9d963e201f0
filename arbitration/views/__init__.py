"""Pages of cases: the queue, a case, the signing of a ruling; and the policy they are ruled by."""
