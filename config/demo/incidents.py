"""The store keeps the log of complaints and incidents: a complaint that is open, a walk-out with a step overdue, one that is closed."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from config.demo.cast import House
from people.workplace import Workplace
from visits.incidents.steps import steps_of
from visits.models import Incident
from visits.services.incidents import Happening, close_incident, do_step, open_incident, tell_late

DONE = {
    "reply": "打了电话，约了周六上门", "investigate": "量过了，铰链装反了，别家没有", "apologise": "上门当面道了歉",
    "improve": "换了铰链，送一次保养", "supervise": "安装以后加一道验收",
}  # fmt: skip


def incidents(house: House, now: datetime) -> None:
    """The log is on in the store; the last two weeks of it."""
    house.store.keeps_incidents = True
    house.store.save(update_fields=["keeps_incidents"])
    desk, boss = house.people["zhoumin"], house.people["hejing"]
    for here in (desk, boss):
        here.project.refresh_from_db()
    noon = localtime(now, house.store.zone).replace(hour=11, minute=20, second=0, microsecond=0)
    _complaint_over(desk, boss, noon - timedelta(days=9))
    _walk_out(desk, boss, noon - timedelta(days=2))
    complaint = Happening(
        Incident.Kind.COMPLAINT, "说好周一送货，到现在没到", noon - timedelta(days=1), Incident.Cause.LATE_DELIVERY
    )
    open_incident(here=desk, told=complaint, at=noon - timedelta(days=1))
    tell_late(at=now)


def _complaint_over(desk: Workplace, boss: Workplace, at: datetime) -> None:
    """A fault of the store's own: all five steps, within three days."""
    told = Happening(
        Incident.Kind.COMPLAINT, "柜门关不严，打了两次电话没人来", at, Incident.Cause.DEFECT, in_charge=boss.user
    )
    row = open_incident(here=desk, told=told, at=at)
    for hours, step in zip((2, 26, 50, 51, 52), steps_of(row.kind, row.cause), strict=True):
        do_step(here=boss, incident=row, code=step.code, note=DONE[step.code], at=at + timedelta(hours=hours))
    close_incident(here=boss, incident=row, found="客户满意，没有再投诉", at=at + timedelta(hours=53))


def _walk_out(desk: Workplace, boss: Workplace, at: datetime) -> None:
    """Told and kept at once, reported up to nobody yet."""
    told = Happening(Incident.Kind.WALKOUT, "拿了两罐油漆，没付钱就走了", at, in_charge=boss.user)
    row = open_incident(here=desk, told=told, at=at)
    do_step(here=desk, incident=row, code="notify", note="何静就在二楼，当面说了", at=at + timedelta(minutes=4))
    do_step(
        here=desk, incident=row, code="evidence", evidence=["video", "cashier_record"], note="录像存在机房，收银小票在前台抽屉",
        at=at + timedelta(minutes=18),
    )  # fmt: skip
