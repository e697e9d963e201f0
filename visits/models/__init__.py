"""What happens at the front desk."""

from visits.models.conduct import Conduct, ConductAnswer, ConductFinding, Permission
from visits.models.desk import Expected, PaperSlip, SiteRules, SiteTexts
from visits.models.gift import Gift, GiftMove
from visits.models.incident import Incident, IncidentStep
from visits.models.rotation import Duty, Place, TurnChange
from visits.models.slip import Signature, Slip
from visits.models.visit import Correction, Reception, Visit

__all__ = [
    "Conduct", "ConductAnswer", "ConductFinding", "Correction", "Duty", "Expected", "Gift", "GiftMove", "Incident",
    "IncidentStep", "PaperSlip", "Permission", "Place", "Reception", "Signature", "SiteRules", "SiteTexts", "Slip", "TurnChange", "Visit",
]  # fmt: skip
