"""What people do in the log of complaints and incidents. Nothing here touches whose a customer is, or money (G-50)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from leads.models import Customer, Ownership
from people.models import Site, User
from people.roles import Role
from people.workplace import Workplace
from trail import clock
from trail import services as trail
from trail.jobs import job
from trail.refusals import Refusal
from visits.incidents import log
from visits.incidents.steps import EVIDENCE, Step, step_of, steps_of
from visits.incidents.text import written
from visits.models import Incident, IncidentStep, Visit

SERIES = "SJ"
AT_ONCE = 200  # steps that one run of the job tells of
LONGEST = 2000  # signs of a step's notes
OPENED = {
    Incident.Kind.COMPLAINT: gettext_noop("有客户投诉，编号 %(no)s：24 小时内回复客户"),
    Incident.Kind.WALKOUT: gettext_noop("有顾客跑单，编号 %(no)s：马上去现场，留下录像和收银记录"),
    Incident.Kind.TRAFFIC: gettext_noop("有交通事故，编号 %(no)s：马上去现场，先救人，留下录像和照片"),
    Incident.Kind.DOUBLE_SALE: gettext_noop("同一套卖了两次，编号 %(no)s：马上联系你的客户，说明情况"),
}
ONLY_BOSSES = gettext_noop("同一套卖了两次，编号 %(no)s：马上找人联系客户，说明情况")
REPORTED = gettext_noop("%(no)s 上报给你，等你的指示")
LATE = gettext_noop("%(no)s 有一步过期没做")


@dataclass(frozen=True, slots=True)
class Happening:
    """What somebody puts into the log. `in_charge`: on site; nobody named is the managers."""

    kind: str
    what: str
    happened_at: datetime
    cause: str = ""
    customer: Customer | None = None
    visit: Visit | None = None
    site: Site | None = None
    in_charge: User | None = None


@transaction.atomic
def open_incident(*, here: Workplace, told: Happening, at: datetime) -> Incident:
    """Put a complaint or incident into the log, with its steps; whoever is in charge hears of it at once (D16-2.2.1, D16-3.2.1).

    A double sale is for whoever follows the customer: nobody else contacts them (D15-3a, D18-7). Raises Refusal where the project
    keeps no log (404), for a time that is still to come, or text that is missing or names a number.
    """
    if not here.project.keeps_incidents:
        raise Refusal("no_log", _("这个项目没有开投诉和事件的记录"), status=404)
    if told.happened_at > at:
        raise Refusal("not_yet", _("时间还没到，写发现的时间"), field="happened_at")
    what = written(told.what, "what", least=2, missing=_("写发生了什么"))
    visit, cause = told.visit, told.cause if told.kind == Incident.Kind.COMPLAINT else ""
    customer = told.customer or (visit.customer if visit else None)
    incident = Incident.objects.create(
        no=trail.next_number(SERIES, at), project=here.project, site=told.site or (visit.site if visit else None),
        kind=told.kind, cause=cause, what=what, customer=customer, visit=visit,
        in_charge=_in_charge(here, told, customer, at), happened_at=told.happened_at, entered_by=here.user, entered_at=at,
    )  # fmt: skip
    _lay_out(incident)
    _tell_opened(here, incident, at)
    _note(here, incident, "open", at, kind=incident.kind)
    return incident


def _in_charge(here: Workplace, told: Happening, customer: Customer | None, at: datetime) -> User | None:
    """Of a double sale whoever of the house follows the customer; else whoever was named."""
    if told.kind != Incident.Kind.DOUBLE_SALE:
        return told.in_charge
    held = Ownership.objects.live_at(at).filter(project=here.project, customer=customer, user__isnull=False).first()
    if customer is None or held is None:
        return told.in_charge
    inside = log.of_project(here.project, Role.values, at).filter(user=held.user).exclude(role=Role.AGENT)
    return held.user if inside.exists() else told.in_charge


def _lay_out(incident: Incident) -> None:
    """The steps that its kind and cause ask for; those of a list that is used no more go, unless they are done."""
    steps = {step.code: step for step in steps_of(incident.kind, incident.cause)}
    incident.steps.filter(done_at__isnull=True).exclude(code__in=steps).delete()
    have = set(incident.steps.values_list("code", flat=True))
    IncidentStep.objects.bulk_create(
        IncidentStep(incident=incident, code=code, due_at=step.due(incident.happened_at))
        for code, step in steps.items() if code not in have
    )  # fmt: skip


def _tell_opened(here: Workplace, incident: Incident, at: datetime) -> None:
    told = {incident.in_charge_id} if incident.in_charge_id else _holders(here, [Role.MANAGER], at)
    first = steps_of(incident.kind)[0]
    if here.user.pk in told and first.code == "notify":  # whoever enters it is in charge, so they know
        _write(here, incident.steps.select_related("incident").get(code=first.code), at, at)
    double = incident.kind == Incident.Kind.DOUBLE_SALE and not incident.in_charge_id
    sentence = ONLY_BOSSES if double else OPENED[Incident.Kind(incident.kind)]
    for person in sorted(told - {here.user.pk}):
        trail.tell(to=person, kind="incident.opened", sentence=sentence, to_do=True, at=at, **_of(incident))


@transaction.atomic
def do_step(
    *, here: Workplace, incident: Incident, code: str, at: datetime, note: str = "", evidence: Iterable[str] = (),
    done_at: datetime | None = None,
) -> IncidentStep:  # fmt: skip
    """A step is done, once and for good; `done_at` where it was done before it is entered.

    Raises Refusal: no such step (404), done already or the incident closed (409), not yet (another comes first, D06-5.1b),
    evidence asked for and none kept (D16-2.2.1e, D16-3.2.1e), a time to come or before it happened.
    """
    locked = _open(incident)
    row, step = _row(locked, code)
    if row.done_at is not None:
        said = _("%(who)s已经做了这一步") % {"who": row.done_by}
        raise Refusal("step_done", said, status=409)
    _in_order(locked, step)
    kept = _kept(step, evidence)
    row.note, row.evidence = written(note, "note"), kept
    _write(here, row, _when(locked, done_at, at), at)
    if code == steps_of(locked.kind)[0].code:
        trail.done(link=_link(locked), kind="incident.opened", at=at)
    if code == "report_up":
        for person in sorted(_superiors(here, at) - {here.user.pk}):
            trail.tell(to=person, kind="incident.reported", sentence=REPORTED, at=at, **_of(locked))
    _note(here, locked, "step", at, step=code)
    return row


def _in_order(incident: Incident, step: Step) -> None:
    if step.after and incident.steps.filter(code=step.after, done_at__isnull=True).exists():
        first = step_of(incident.kind, step.after).label
        raise Refusal("step_too_early", _("先做「%(first)s」，再做这一步") % {"first": first})


def _kept(step: Step, evidence: Iterable[str]) -> list[str]:
    kept = [kind for kind in EVIDENCE if kind in set(evidence) and kind in step.evidence]
    if step.evidence and not kept:
        raise Refusal("evidence_missing", _("选留下了哪种证据"), field="evidence")
    return kept


def _when(incident: Incident, done_at: datetime | None, at: datetime) -> datetime:
    """When it was done. To the minute is enough: the minute in which it happened is not before it."""
    if done_at is None:
        return at
    if done_at > at:
        raise Refusal("not_yet", _("时间还没到，写做完的时间"), field="done_at")
    if done_at < incident.happened_at - timedelta(minutes=1):
        raise Refusal("before_it", _("那时事情还没发生，写做完的时间"), field="done_at")
    return max(done_at, incident.happened_at)


def _write(here: Workplace, row: IncidentStep, done_at: datetime, at: datetime) -> None:
    row.done_at, row.noted_at, row.done_by = done_at, at, here.user
    row.save(update_fields=["done_at", "noted_at", "done_by", "note", "evidence"])
    trail.done(link=f"{_link(row.incident)}#{row.code}", at=at)


@transaction.atomic
def add_note(*, here: Workplace, incident: Incident, code: str, note: str, at: datetime) -> IncidentStep:
    """Add to what is written under a step that is done; nothing that stands there is changed. Also of a closed incident."""
    locked: Incident = Incident.objects.select_for_update().get(pk=incident.pk)
    row, _step = _row(locked, code)
    if row.done_at is None:
        raise Refusal("step_open", _("这一步还没做，做的时候一起写"), status=409)
    said = written(note, "note", least=2, missing=_("写要补充的"))
    now = localtime(at, here.project.zone)
    added = "\n".join(filter(None, [row.note, f"{now:%Y-%m-%d %H:%M} {here.user}: {said}"]))
    if len(added) > LONGEST:
        raise Refusal("note_full", _("这一步写满了，写在别的步骤下"), field="note")
    row.note = added
    row.save(update_fields=["note"])
    _note(here, locked, "note", at, step=code)
    return row


@transaction.atomic
def set_cause(*, here: Workplace, incident: Incident, cause: str, at: datetime) -> Incident:
    """Why the customer complained, as far as is known (D06-4); the steps follow (D06-5.1, D06-5.3). What was done stays.

    Raises Refusal for what is no complaint, a cause that there is not, or one that is closed (409).
    """
    locked = _open(incident)
    if locked.kind != Incident.Kind.COMPLAINT or cause not in Incident.Cause.values:
        raise Refusal("no_cause", _("选列出的原因"), field="cause")
    locked.cause = cause
    locked.save(update_fields=["cause"])
    _lay_out(locked)
    _note(here, locked, "cause", at, cause=cause)
    return locked


@transaction.atomic
def close_incident(*, here: Workplace, incident: Incident, found: str, at: datetime, left_undone: str = "") -> Incident:
    """It is over, with what came of it. Steps that must be done are, or it is said why not.

    Raises Refusal: steps undone, nothing said of what came of it, closed already (409).
    """
    locked = _open(incident)
    undone = [row.code for row in locked.steps.filter(done_at__isnull=True) if step_of(locked.kind, row.code).must]
    locked.found = written(found, "found", least=2, missing=_("写结果怎样"))
    if undone:
        labels = _("、").join(str(step.label) for step in steps_of(locked.kind, locked.cause) if step.code in undone)
        missing = _("还没做：%(steps)s。做完再结，或写明为什么不做") % {"steps": labels}
        locked.left_undone = written(left_undone, "left_undone", least=2, missing=missing)
    locked.closed_by, locked.closed_at = here.user, at
    locked.save(update_fields=["found", "left_undone", "closed_by", "closed_at"])
    for link in (_link(locked), *(f"{_link(locked)}#{row.code}" for row in locked.steps.all())):
        trail.done(link=link, at=at)
    _note(here, locked, "close", at, undone=undone)
    return locked


@transaction.atomic
def tell_late(*, at: datetime) -> int:
    """Whoever is in charge, and the managers, hear of each step that is late, once; gives how many. Exactly at the limit is in time."""
    late = IncidentStep.objects.filter(
        done_at=None,
        told_late_at=None,
        due_at__lt=at,
        incident__closed_at=None,
        incident__project__keeps_incidents=True,
    )
    rows = list(late.select_for_update(skip_locked=True, of=("self",)).select_related("incident__project")[:AT_ONCE])
    for row in rows:
        project = row.incident.project
        bosses = set(log.of_project(project, [Role.MANAGER], at).values_list("user", flat=True))
        for person in sorted((bosses | {row.incident.in_charge_id}) - {None}):
            trail.tell(to=person, kind="incident.late", sentence=LATE, to_do=True, at=at, **_of(row.incident, row.code))
    IncidentStep.objects.filter(pk__in=[row.pk for row in rows]).update(told_late_at=at)
    return len(rows)


@job(title=gettext_lazy("提醒过期的投诉和事件"))
def tell_late_steps() -> None:
    """Whose steps are late hears of it."""
    now = clock.now()
    while tell_late(at=now) == AT_ONCE:
        pass


def _open(incident: Incident) -> Incident:
    """The incident, locked. Refused when it is closed."""
    locked: Incident = Incident.objects.select_for_update(of=("self",)).select_related("project").get(pk=incident.pk)
    if locked.closed_at is not None:
        raise Refusal("incident_closed", _("%(no)s 已经结了") % {"no": locked.no}, status=409)
    return locked


def _row(incident: Incident, code: str) -> tuple[IncidentStep, Step]:
    row = incident.steps.filter(code=code).select_related("done_by").first()
    if row is None:
        raise Refusal("no_step", _("没有这一步"), status=404)
    row.incident = incident
    return row, step_of(incident.kind, code)


def _superiors(here: Workplace, at: datetime) -> set[int]:
    """Whom somebody reports up to: the managers; a manager to the general manager."""
    role = Role.GENERAL_MANAGER if Role.MANAGER in here.roles else Role.MANAGER
    return _holders(here, [role], at)


def _holders(here: Workplace, roles: list[str], at: datetime) -> set[int]:
    return set(log.of_project(here.project, roles, at).values_list("user", flat=True))


def _of(incident: Incident, step: str = "") -> dict[str, Any]:
    """Where a message about an incident, or one step of it, leads, and what it names."""
    link = f"{_link(incident)}#{step}" if step else _link(incident)
    return {"project": incident.project.code, "link": link, "no": incident.no}


def _link(incident: Incident) -> str:
    return f"/incidents/{incident.no}"


def _note(here: Workplace, incident: Incident, act: str, at: datetime, **detail: Any) -> None:
    trail.note(
        by=here.user.pk, action=f"incident.{act}", subject=f"incident:{incident.no}", at=at, project=here.project.code,
        **detail,
    )  # fmt: skip
