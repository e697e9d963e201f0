"""Who works here: people, their teams and organisations, the projects they sell, the sites where customers arrive."""

from people.models.access import ApiToken, RecoveryCode, SecondFactor
from people.models.installation import DayChange, Installation
from people.models.membership import Membership
from people.models.notices import MailServer, NoticeSettings
from people.models.organisation import Organisation, Project, Site, Team
from people.models.outward import Hook, HookDelivery, Robot, RobotPost, SmsGateway
from people.models.signing_in import ExternalIdentity, Provider, SignIn
from people.models.user import User
from people.models.work import Acknowledgement, HandOver, Routine, RoutineStop

__all__ = [
    "Acknowledgement", "ApiToken", "DayChange", "ExternalIdentity", "HandOver", "Hook", "HookDelivery", "Installation", "MailServer",
    "Membership", "NoticeSettings", "Organisation", "Project", "Provider", "RecoveryCode", "Robot", "RobotPost", "Routine",
    "RoutineStop", "SecondFactor", "SignIn", "Site", "SmsGateway", "Team", "User",
]  # fmt: skip
