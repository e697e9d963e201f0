"""Collisions (撞单) and what came of them: policies in force, cases, claims, statements, evidence, rulings, appeals."""

from arbitration.models.case import CLOSED, Claim, Collision, CollisionQuery, Draft, Statement
from arbitration.models.evidence import Attachment, AttachmentContent, CaseEvent
from arbitration.models.policy import PolicyDraft, PolicyInForce, PolicyVersion, Simulation
from arbitration.models.procedure import Appeal, Confirmation, Settlement
from arbitration.models.queue import EarlyWarning, KeySettings
from arbitration.models.ruling import Ruling
from arbitration.models.subject import Subject

__all__ = [
    "CLOSED",
    "Appeal",
    "Attachment",
    "AttachmentContent",
    "CaseEvent",
    "Claim",
    "Collision",
    "CollisionQuery",
    "Confirmation",
    "Draft",
    "EarlyWarning",
    "KeySettings",
    "PolicyDraft",
    "PolicyInForce",
    "PolicyVersion",
    "Ruling",
    "Settlement",
    "Simulation",
    "Statement",
    "Subject",
]
