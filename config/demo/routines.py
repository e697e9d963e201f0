"""Periodic work of the last weeks, mostly done in time, the policy signed by almost everybody, and one who is about to leave."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from config.demo.cast import House
from leads.periodic.visit_report import visits_of
from leads.services import note_visits
from people.acknowledging import documents
from people.models import Routine
from people.routines import work_out
from people.services.handing_over import open_hand_over
from people.services.routines import acknowledge, ask_to_sign, finish, lay_out, remind, settle
from people.workplace import Workplace

WEEKS = 4
FORGOT = ("dengwei", "songjia")  # who did not hand in last week's record
UNSIGNED = ("tangyu", "hanmei")
LEAVES = "chenhao"
WHY = ("报价", "看现场", "送资料")


def routines(house: House, now: datetime) -> None:
    """Four weeks of records and last month's reviews in both projects; 陈浩 leaves in twelve days."""
    monday = localtime(now).replace(hour=8, minute=30, second=0, microsecond=0) - timedelta(
        days=localtime(now).weekday()
    )
    for back in range(WEEKS, -1, -1):
        begin = monday - timedelta(weeks=back)
        lay_out(at=min(begin, now))
        for here in _consultants(house):
            _record(here, begin, late=back == 1 and here.user.username in FORGOT, now=now)
    settle(at=now)
    _reviews(house, now)
    _signatures(house, now)
    last_day = localtime(now).date() + timedelta(days=12)
    manager = house.people["hejing"]
    open_hand_over(here=manager, user=house.people[LEAVES].user, last_day=last_day, reason="回老家发展", at=now)
    remind(at=now)
    ask_to_sign(at=now)


def _consultants(house: House) -> list[Workplace]:
    """Who sells for the house itself."""
    return [here for code in ("store", "estate") for here in house.selling(code) if not here.outside]


def _record(here: Workplace, begin: datetime, *, late: bool, now: datetime) -> None:
    """One week's record, on its Friday."""
    friday = begin + timedelta(days=4, hours=8)
    week = {"kind": "visit_report", "project": here.project, "user": here.user, "period_from": begin.date()}
    row = Routine.objects.filter(done_at=None, **week).select_related("project", "user").first()
    if row is None or late or friday > now:
        return
    notes = {visit.pk: (WHY[visit.pk % len(WHY)], "约了下次") for visit in visits_of(row).filter(at__lte=friday)}
    note_visits(here=here, routine=row, notes=notes, at=friday)
    if not work_out(row, friday).why_not:
        finish(here=here, routine=row, note="", at=friday)


def _reviews(house: House, now: datetime) -> None:
    """The managers have looked at who reports, and at nothing else yet."""
    for manager in ("hejing", "zhengtao"):
        here = house.people[manager]
        rows = Routine.objects.filter(project=here.project, kind="discipline", done_at=None)
        for row in rows.select_related("project"):
            finish(here=here, routine=row, note="晚报的已经当面提醒", at=now)


def _signatures(house: House, now: datetime) -> None:
    """Almost everybody has signed the policies in force."""
    signed = now - timedelta(days=20)
    for here in house.people.values():
        if here.outside or here.user.username in UNSIGNED:
            continue
        for document in documents(here.project, signed):
            acknowledge(here=here, subject=document.subject, at=signed)
