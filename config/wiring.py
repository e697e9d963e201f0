"""What happens on the right because of something on the left. Every connection of the program is here.

A signal is sent inside the transaction of the act, so that an act and all that follows from it are committed together or
not at all.

    a claim is contested  →  a case opens            (leads, visits → arbitration)
    a customer changes hands → not while a case is open (leads → arbitration)
    a contact is planned  →  not without leave of who receives (leads → visits)
                          →  who follows the customer is warned (leads → arbitration)
    two may be after one customer → both are warned, and the managers (leads → arbitration)
    a visit was another's → not once a case is about it (leads → arbitration)
    two records are merged → two cases become one, and part again (leads → arbitration)
    a report was somebody else's → its claim is dropped (leads → arbitration)
                          →  a deal that waited for that case is booked (leads → finance)
    a visitor was somebody else → their visit moves   (leads → visits)
    reports came by SMS   →  an agent who cannot come has announced a visit (leads → visits)
    a contract is signed  →  an open case gets it     (leads → arbitration)
                          →  its commission is booked (leads → finance)
                          →  without leave of who receives: on record (leads → visits)
    a contract is changed →  what was booked is corrected (leads → finance)
    a deposit is paid     →  likewise                 (leads → visits)
    a ruling is signed    →  sanctions are proposed   (arbitration → penalties)
                          →  commission is booked     (arbitration → finance)
    a party appeals       →  payments and sanctions wait, and who is concerned hears of it (arbitration → penalties, finance)
    a customer is to be erased → not while a case, a visit or a commission needs them (leads → arbitration, visits, finance)
                          →  exported files go too  (leads → finance)
    a site closes         →  not with visitors there  (people → visits)
    somebody leaves       →  not the last who rules   (people → arbitration)
    an act is on record   →  somebody's program hears of it (trail → people)
    somebody is told      →  a letter waits to go out, and what robots post (trail → people)
"""

from inspect import signature
from typing import Any

from django.utils.translation import gettext_lazy as _


def connect() -> None:
    """Called once, when all apps are loaded."""
    from arbitration.services import (
        attach_deal,
        drop_claim,
        join_cases,
        keep_a_ruler,
        keep_in_case,
        keep_while_disputed,
        needs_customer,
        open_collision,
        part_cases,
        warn_near,
        warn_of_contact,
    )
    from arbitration.signals import appeal_closed, appeal_opened, ruling_issued
    from finance.services import (
        book_deal,
        book_free,
        book_ruling,
        correct_deal,
        drop_files,
        owes_for,
        tell_paused,
        tell_resumed,
    )
    from leads.services import work_phone_of
    from leads.signals import (
        claim_contested,
        contact_planned,
        customer_moving,
        customers_merged,
        customers_near,
        customers_parted,
        deal_changed,
        deal_signed,
        deposit_taken,
        message_registered,
        person_gone,
        person_needed,
        report_moved,
        visit_moving,
        visitor_known,
    )
    from penalties.services import propose_sanctions, tell_sanctioned
    from people.channels.email import Email
    from people.channels.sms import Sms, set_lookup
    from people.events import NOT_MAILED, TO_PHONES, TO_ROBOTS
    from people.hooks import announce
    from people.robots.dealing import CHANNEL as ROBOT
    from people.signals import person_leaving, site_closing
    from trail import channels
    from trail.signals import noted
    from visits.services import (
        announce_reported,
        ask_receiver,
        keep_open_for_visitors,
        look_at_deal,
        look_at_deposit,
        needs_visitor,
        settle_visits,
    )

    pairs: list[tuple[Any, Any]] = [
        (claim_contested, open_collision),
        (customer_moving, keep_while_disputed),
        (contact_planned, ask_receiver),
        (contact_planned, warn_of_contact),
        (customers_near, warn_near),
        (customers_merged, join_cases),
        (customers_parted, part_cases),
        (report_moved, drop_claim),
        (report_moved, book_free),
        (visit_moving, keep_in_case),
        (message_registered, announce_reported),
        (visitor_known, settle_visits),
        (deal_signed, attach_deal),
        (deal_signed, book_deal),
        (deal_signed, look_at_deal),
        (deal_changed, correct_deal),
        (deposit_taken, look_at_deposit),
        (ruling_issued, propose_sanctions),
        (ruling_issued, book_ruling),
        (appeal_opened, tell_paused),
        (appeal_opened, tell_sanctioned),
        (appeal_closed, tell_resumed),
        (person_needed, needs_customer),
        (person_needed, needs_visitor),
        (person_needed, owes_for),
        (person_gone, drop_files),
        (site_closing, keep_open_for_visitors),
        (person_leaving, keep_a_ruler),
        (noted, announce),
    ]
    for signal, receiver in pairs:
        signal.connect(_call(receiver), weak=False, dispatch_uid=receiver.__qualname__)
    channels.register(Email.name, but=NOT_MAILED)
    channels.register(ROBOT, kinds=TO_ROBOTS)
    channels.register(Sms.name, kinds=TO_PHONES)
    set_lookup(work_phone_of)
    _periodic_work()
    _leaving()
    _plans()
    _personal_data()
    _retention()
    _audit()


def _periodic_work() -> None:
    """Who works out what a period came to, and what there is to sign."""
    from arbitration import periodic as policies
    from leads.periodic import allocation, clean_up, discipline, update, visit_report
    from people.acknowledging import SOURCES
    from people.routines import set_worker
    from visits.incidents import improvement

    set_worker("visit_report", visit_report.visit_report, visit_report.WORDS)
    set_worker("customer_update", update.customer_update, update.WORDS)
    set_worker("clean_up", clean_up.clean_up, clean_up.WORDS)
    set_worker("discipline", discipline.discipline, discipline.WORDS)
    set_worker("allocation", allocation.allocation, allocation.WORDS)
    set_worker("evaluation", policies.evaluation, policies.WORDS)
    set_worker("improvement", improvement.improvement, improvement.WORDS)
    SOURCES[:] = [policies.policies_to_sign]


def _leaving() -> None:
    """What is counted of somebody who leaves, and by whom."""
    from arbitration.services import open_cases
    from finance.reads import unpaid_splits
    from leads.services import customers_held, lines_in
    from people.leaving import BOOKS, CUSTOMERS, set_count
    from visits.services import owed_turns

    set_count(CUSTOMERS, _("在跟进的客户"), customers_held)
    for book, label in BOOKS.items():
        set_count(book, label, lines_in(book))
    set_count("cases", _("没裁定的撞单"), open_cases)
    set_count("turns", _("欠的补接"), owed_turns)
    set_count("splits", _("没付的提成"), unpaid_splits)


def _plans() -> None:
    """Who works out what commission a contract brings."""
    from finance.plans import commission_due, products
    from leads.commission import set_plans

    set_plans(commission_due, products)


def _personal_data() -> None:
    """Which columns may say who a customer is, as each app has it; and who knows of what was erased."""
    from arbitration import personal as arbitration
    from finance import personal as finance
    from leads import personal as leads
    from leads.privacy.witness import unknown_erasings
    from penalties import personal as penalties
    from people import personal as people
    from trail.history import WITNESSES
    from trail.personal import register
    from visits import personal as visits

    for app in (arbitration, penalties, visits, finance, people, leads):
        register(app.TABLES, app.NOBODY)
    WITNESSES[:] = [unknown_erasings]


def _retention() -> None:
    """How long each app keeps what, and what of theirs keeps a customer from being let go of."""
    from arbitration import outlived as arbitration
    from finance import outlived as finance
    from leads.privacy import outlived as leads
    from penalties import outlived as penalties
    from people import outlived as people
    from trail.retention import register
    from visits.models import Visit

    for app in (leads, arbitration, penalties, finance, people):
        register(app.CLASSES)
    leads.TOUCHES[leads.OWN :] = [
        lambda t: Visit.objects.filter(arrived_at__gt=t), arbitration.cases_since, arbitration.claims_since
    ]  # fmt: skip


def _call(receiver: Any) -> Any:
    """A signal says all that it knows; a service is handed what it asks for."""
    wanted = signature(receiver).parameters

    def call(signal: Any, sender: Any, **facts: Any) -> Any:
        return receiver(**{name: fact for name, fact in facts.items() if name in wanted})

    return call


def _audit() -> None:
    """What the codes in lines of the audit log are called."""
    from config.audit_codes import all_codes
    from people.audit_details import say

    for (action, name), choices in all_codes().items():
        say(action, name, choices)
