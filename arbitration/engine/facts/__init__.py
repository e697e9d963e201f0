"""The vocabulary: what a policy may ask of a case. Each word is a small documented function of the matter at hand.

Importing a module registers its words; a word used by one pack only still lives here.
"""

from importlib import import_module
from pkgutil import iter_modules

from arbitration.engine.facts.words import (
    ACTS,
    FACTS,
    FINDINGS,
    MOMENTS,
    ROLES,
    SANCTIONS,
    SHARES,
    TURNS,
    Act,
    Fact,
    Finding,
    Sanction,
    Turn,
)

for _module in sorted(found.name for found in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")

__all__ = [
    "ACTS",
    "FACTS",
    "FINDINGS",
    "MOMENTS",
    "ROLES",
    "SANCTIONS",
    "SHARES",
    "TURNS",
    "Act",
    "Fact",
    "Finding",
    "Sanction",
    "Turn",
]
