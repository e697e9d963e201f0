"""What there is: the company, its projects, sites and teams, and the agencies. One function for each thing one can do."""

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.models import Membership, Organisation, Project, Site, Team, User
from people.roles import Role
from people.services.guards import house, lock_projects, locked, must_administer, refusing, unchanged
from people.signals import site_closing
from trail.refusals import Refusal
from trail.services import note


def create_company(*, name: str, short_name: str, by: User, at: datetime) -> Organisation:
    """Name the company whose installation this is; there is one. Refused: company_there, name_taken."""
    there = Refusal("company_there", _("公司已经填过了"), status=409)
    with refusing({"organisation_own_is_one": there, **_organisation_name()}):
        made = Organisation.objects.create(name=name, short_name=short_name, kind=Organisation.Kind.OWN)
    _note("organisation.create", made, by, at)
    return made


def create_agency(*, name: str, short_name: str, kind: str, by: User, at: datetime) -> Organisation:
    """Enter an outside agency (分销公司) or the developer (甲方). Refused: name_taken."""
    with refusing(_organisation_name()):
        made = Organisation.objects.create(name=name, short_name=short_name, kind=kind)
    _note("organisation.create", made, by, at)
    return made


@transaction.atomic
def change_organisation(
    *, organisation: Organisation, name: str, short_name: str, by: User, at: datetime, seen: int | None = None
) -> Organisation:
    """Rename the company or an agency. Refused: name_taken, changed_meanwhile."""
    return _change(organisation, _organisation_name(), by, at, seen, name=name, short_name=short_name)


@transaction.atomic
def close_agency(*, agency: Organisation, by: User, at: datetime) -> int:
    """End an agency's work here and with it, at once, every role of its people; gives how many roles ended.

    Refused while it has people in a project of which `by` is not administrator: other_projects.
    """
    row = _open(agency)
    held = Membership.objects.not_over(at).filter(organisation=row)
    projects = set(held.values_list("project", flat=True))
    must_administer(projects, by, at)
    lock_projects(projects)
    ended = list(held)
    for membership in ended:
        membership.end(at)
    _set_closed(row, at, by, at, roles=len(ended))
    return len(ended)


@transaction.atomic
def create_project(*, name: str, code: str, time_zone: str, by: User, at: datetime) -> Project:
    """Begin a project; `by` becomes its administrator. The code stays as it is for good. Refused: code_taken, no_company."""
    own = house()
    taken = Refusal("code_taken", _("项目代码 %(code)s 已经有了") % {"code": code}, field="code")
    with refusing({"people_project_code_key": taken}):
        made = Project.objects.create(name=name, code=code, time_zone=time_zone)
    Membership.objects.create(user=by, project=made, role=Role.ADMINISTRATOR, organisation=own, since=at)
    _note("project.create", made, by, at, project=made.code)
    return made


@transaction.atomic
def change_project(
    *, project: Project, name: str, time_zone: str, keeps_incidents: bool, by: User, at: datetime, seen: int | None = None
) -> Project:  # fmt: skip
    """Rename a project, correct its time zone, begin or end its log of incidents (G-50). Refused: changed_meanwhile."""
    return _change(project, {}, by, at, seen, name=name, time_zone=time_zone, keeps_incidents=keeps_incidents)


@transaction.atomic
def close_project(*, project: Project, by: User, at: datetime) -> Project:
    """End a project: from the next click only those who keep it may still read it. Refused while visitors are on site."""
    row = _open(project)
    for site in row.sites.select_for_update().filter(closed_at=None).order_by("pk"):
        site_closing.send(sender=Site, site=site)
    return _set_closed(row, at, by, at)


@transaction.atomic
def create_site(*, project: Project, name: str, opens: time, closes: time, by: User, at: datetime) -> Site:
    """Open a place with a front desk; hours in the project's local time. Refused: name_taken, hours."""
    _hours(opens, closes)
    with refusing(_site_name(name)):
        made = Site.objects.create(project=project, name=name, opens=opens, closes=closes)
    _note("site.create", made, by, at, project=project.code)
    return made


@transaction.atomic
def change_site(
    *, site: Site, name: str, opens: time, closes: time, by: User, at: datetime, seen: int | None = None
) -> Site:
    """Rename a site or change its hours. Refused: name_taken, hours, changed_meanwhile."""
    _hours(opens, closes)
    return _change(site, _site_name(name), by, at, seen, name=name, opens=opens, closes=closes)


@transaction.atomic
def close_site(*, site: Site, by: User, at: datetime) -> Site:
    """Close a place. Refused while visitors are there (whoever knows of visits says so through `site_closing`)."""
    Site.objects.select_for_update().get(pk=site.pk)  # the whole row: a visit that is being written makes us wait
    row = _open(site)
    site_closing.send(sender=Site, site=row)
    return _set_closed(row, at, by, at)


@transaction.atomic
def create_team(*, name: str, leader: User | None, by: User, at: datetime) -> Team:
    """Form a team of the house. Refused: name_taken, leader_outside, no_company."""
    own = house()
    _leads(leader, at)
    with refusing(_team_name(name)):
        made = Team.objects.create(name=name, organisation=own, leader=leader)
    _note("team.create", made, by, at)
    return made


@transaction.atomic
def change_team(*, team: Team, name: str, leader: User | None, by: User, at: datetime, seen: int | None = None) -> Team:
    """Rename a team or give it another leader. Refused: name_taken, leader_outside, changed_meanwhile."""
    if leader is not None and leader.pk != team.leader_id:
        _leads(leader, at)
    return _change(team, _team_name(name), by, at, seen, name=name, leader=leader)


@transaction.atomic
def close_team(*, team: Team, by: User, at: datetime) -> Team:
    """End a team. Refused while it has people: they would be nobody's."""
    row = _open(team)
    count = Membership.objects.not_over(at).filter(team=row).values("user").distinct().count()
    if count:
        said = ngettext("队里还有 %(n)d 个人：先给他们换队", "队里还有 %(n)d 个人：先给他们换队", count)
        raise Refusal("team_has_people", said % {"n": count}, status=409)
    return _set_closed(row, at, by, at)


@transaction.atomic
def reopen(*, row: Any, by: User, at: datetime) -> Any:
    """Open again what was closed: an agency, a project, a site, a team. Whose roles ended gets none back by it."""
    return _set_closed(locked(row), None, by, at)


def _change(row: Any, refusals: dict[str, Refusal], by: User, at: datetime, seen: int | None, **values: Any) -> Any:
    """Write what differs, under the row's lock; nothing is noted when nothing does."""
    row = locked(row)
    unchanged(row, seen)
    changed = [field for field, value in values.items() if getattr(row, field) != value]
    for field in changed:
        setattr(row, field, values[field])
    if changed:
        with refusing(refusals):
            row.save(update_fields=changed)
        _note(f"{_kind(row)}.change", row, by, at, project=_code(row), fields=changed)
    return row


def _open(row: Any) -> Any:
    """The row, locked. Refused when it is closed already."""
    row = locked(row)
    if row.closed_at is not None:
        raise Refusal("closed_already", _("已经关闭了"), status=409)
    return row


def _set_closed(row: Any, moment: datetime | None, by: User, at: datetime, **detail: Any) -> Any:
    row.closed_at = moment
    row.save(update_fields=["closed_at"])
    _note(f"{_kind(row)}.{'reopen' if moment is None else 'close'}", row, by, at, project=_code(row), **detail)
    return row


def _kind(row: Model) -> str:
    return row._meta.model_name or ""


def _code(row: Any) -> str:
    """The project that a row belongs to; empty for what belongs to the whole company."""
    project = row if isinstance(row, Project) else getattr(row, "project", None)
    return project.code if project else ""


def _note(action: str, row: Model, by: User, at: datetime, *, project: str = "", **detail: Any) -> None:
    note(by=by.pk, action=action, subject=f"{_kind(row)}:{row.pk}", at=at, project=project, **detail)


def _organisation_name() -> dict[str, Refusal]:
    return {"people_organisation_name_key": Refusal("name_taken", _("已经有叫这个名字的公司"), field="name")}


def _site_name(name: str) -> dict[str, Refusal]:
    said = _("项目里已经有案场叫%(name)s") % {"name": name}
    return {"site_name_once_in_project": Refusal("name_taken", said, field="name")}


def _team_name(name: str) -> dict[str, Refusal]:
    said = _("已经有团队叫%(name)s") % {"name": name}
    return {"team_name_once_in_organisation": Refusal("name_taken", said, field="name")}


def _hours(opens: time, closes: time) -> None:
    if closes <= opens:
        raise Refusal("hours", _("关门要晚于开门"), field="closes")


def _leads(leader: User | None, at: datetime) -> None:
    """Refuse a leader who does not work for the house now."""
    inside = Membership.objects.at(at).filter(user=leader, organisation__kind=Organisation.Kind.OWN)
    if leader is not None and not (leader.is_active and inside.exists()):
        raise Refusal("leader_outside", _("负责人要是本公司在职的人"), field="leader")
