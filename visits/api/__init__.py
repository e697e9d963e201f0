"""The API of 到访: the same services and refusals as the pages."""

from visits.api.conduct import (
    ConductAnswered,
    ConductById,
    ConductDecision,
    Conducts,
    PermissionAsk,
    PermissionEnd,
    Permissions,
)
from visits.api.desk import Desk, VisitByNumber, Visits
from visits.api.expected import (
    AnnouncedCall,
    AnnouncedCheck,
    Announcements,
    CustomerExpect,
    ExpectedByNumber,
    ExpectedWithdraw,
    Expects,
)
from visits.api.incidents import (
    IncidentByNumber,
    IncidentCause,
    IncidentClose,
    IncidentFigures,
    IncidentNote,
    Incidents,
    IncidentStepDone,
)
from visits.api.paper import AskDesk, PaperSlips, PaperVoid
from visits.api.places import PlaceAway, PlaceMove, PlaceRemove, Places
from visits.api.receiving import Answer, HandOver, PassOn, RotationNow
from visits.api.record import (
    Correct,
    EnterLate,
    Gifts,
    GiftStock,
    LateVisits,
    Leave,
    StillHere,
    VisitGift,
    VisitStatistics,
)
from visits.api.roster import ShiftChange, ShiftRemove, Shifts, ShiftsCopy, ShiftsToday
from visits.api.slips import VisitSlips

__all__ = [
    "AnnouncedCall",
    "AnnouncedCheck",
    "Announcements",
    "Answer",
    "AskDesk",
    "ConductAnswered",
    "ConductById",
    "ConductDecision",
    "Conducts",
    "Correct",
    "CustomerExpect",
    "Desk",
    "EnterLate",
    "ExpectedByNumber",
    "ExpectedWithdraw",
    "Expects",
    "GiftStock",
    "Gifts",
    "HandOver",
    "IncidentByNumber",
    "IncidentCause",
    "IncidentClose",
    "IncidentFigures",
    "IncidentNote",
    "IncidentStepDone",
    "Incidents",
    "LateVisits",
    "Leave",
    "PaperSlips",
    "PaperVoid",
    "PassOn",
    "PermissionAsk",
    "PermissionEnd",
    "Permissions",
    "PlaceAway",
    "PlaceMove",
    "PlaceRemove",
    "Places",
    "RotationNow",
    "ShiftChange",
    "ShiftRemove",
    "Shifts",
    "ShiftsCopy",
    "ShiftsToday",
    "StillHere",
    "VisitByNumber",
    "VisitGift",
    "VisitSlips",
    "VisitStatistics",
    "Visits",
]
