"""The API of cases and policies, one module for each thing."""

from arbitration.api.collisions import CollisionByNumber, Collisions
from arbitration.api.deciding import CollisionDecision, CollisionJudgement

__all__ = ["CollisionByNumber", "CollisionDecision", "CollisionJudgement", "Collisions"]
