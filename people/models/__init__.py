"""Who works here: people, their teams and organisations, the projects they sell, the sites where customers arrive."""

from people.models.access import ApiToken, RecoveryCode, SecondFactor
from people.models.installation import DayChange, Installation
from people.models.membership import Membership
from people.models.notices import MailServer, NoticeSettings
from people.models.organisation import Organisation, Project, Site, Team
from people.models.user import User
from people.models.work import Acknowledgement, HandOver, Routine, RoutineStop

__all__ = [
    "Acknowledgement", "ApiToken", "DayChange", "HandOver", "Installation", "MailServer", "Membership", "NoticeSettings",
    "Organisation", "Project", "RecoveryCode", "Routine", "RoutineStop", "SecondFactor", "Site", "Team", "User",
]  # fmt: skip
