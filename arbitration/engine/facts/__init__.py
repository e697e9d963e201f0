"""The vocabulary: what a policy may ask of a case. Each word is a small documented function of the matter at hand.

Importing a module registers its words; a word used by one pack only still lives here.
"""

from arbitration.engine.facts import decoration, duties, matter, people, time
from arbitration.engine.facts.words import ACTS, FACTS, FINDINGS, ROLES, Act, Fact, Finding

__all__ = [
    "ACTS",
    "FACTS",
    "FINDINGS",
    "ROLES",
    "Act",
    "Fact",
    "Finding",
    "decoration",
    "duties",
    "matter",
    "people",
    "time",
]
