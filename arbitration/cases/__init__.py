"""A case (撞单) read: the queue and its cases, parties, evidence and what it is judged worth, the proposal of the policy, files."""
