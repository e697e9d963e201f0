"""What people do about themselves and each other. One function for each thing, called by page, API and command alike."""

from people.services.channels import save_mail_server, try_mail_server
from people.services.importing import import_people, invite_all
from people.services.notices import change_address, change_wish
from people.services.organisation import (
    change_organisation,
    change_project,
    change_site,
    change_team,
    close_agency,
    close_project,
    close_site,
    close_team,
    create_agency,
    create_company,
    create_project,
    create_site,
    create_team,
    reopen,
)  # fmt: skip
from people.services.outbox import send_again
from people.services.people import (
    add_membership,
    add_person,
    change_person,
    create_account,
    deactivate,
    end_membership,
    move_to_team,
    reactivate,
)  # fmt: skip
from people.services.proof import prove
from people.services.robots import post_again, save_robot, switch_robot, try_robot
from people.services.second_factor import (
    begin_another_telephone,
    begin_second_factor,
    call_off_second_factor,
    codes_left,
    confirm_second_factor,
    has_second_factor,
    remove_second_factor,
    renew_recovery_codes,
    set_duty_day,
    turn_off_second_factor,
    waiting_secret,
)  # fmt: skip
from people.services.sessions import end_for, end_own, end_sessions, forget_sessions, open_sessions
from people.services.sms import drop_gateway, save_gateway, try_gateway

__all__ = [
    "add_membership", "add_person", "begin_another_telephone", "begin_second_factor", "call_off_second_factor", "change_address",
    "change_organisation", "change_person", "change_project", "change_site", "change_team", "change_wish",
    "close_agency", "close_project", "close_site", "close_team", "codes_left", "confirm_second_factor",
    "create_account", "create_agency", "create_company", "create_project", "create_site", "create_team",
    "deactivate", "drop_gateway", "end_for", "end_membership", "end_own", "end_sessions", "forget_sessions", "has_second_factor",
    "import_people", "invite_all", "move_to_team", "open_sessions", "post_again", "prove", "reactivate",
    "remove_second_factor", "renew_recovery_codes", "reopen", "save_gateway", "save_mail_server", "save_robot", "send_again",
    "set_duty_day", "switch_robot", "try_gateway", "try_mail_server", "try_robot", "turn_off_second_factor", "waiting_secret",
]  # fmt: skip
