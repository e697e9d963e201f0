"""Who works here: somebody comes, gets a role, changes the team, loses a role, leaves. One function for each."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from people.accounts import free_account
from people.models import ApiToken, ExternalIdentity, Membership, Organisation, Project, SignIn, Team, User
from people.roles import Role
from people.services.guards import house, lock_projects, locked, must_manage, refusing, unchanged
from people.services.sessions import end_sessions
from trail.refusals import Refusal
from trail.services import note


@transaction.atomic
def add_person(
    *, name: str, username: str, email: str, project: Project, role: str, team: Team | None,
    organisation: Organisation | None, by: User, at: datetime, existing: bool = False,
) -> tuple[User, Membership]:  # fmt: skip
    """Somebody comes to a project with a role, by a new account without a password; no organisation: the house.

    Where the account is there already, the role goes to it only when `existing` says that this is the same person, and the
    name agrees. Refused: account_taken, email_taken, not_the_same, and whatever `add_membership` refuses.
    """
    found = User.objects.filter(username__iexact=username.strip()).first() if existing else None
    if found is not None:
        user = _same_person(found, name)
    else:
        user = create_account(name=name, username=username, email=email, by=by, at=at, project=project)
    given = add_membership(user=user, project=project, role=role, team=team, organisation=organisation, by=by, at=at)
    return user, given


def create_account(*, name: str, username: str, email: str, by: User, at: datetime, project: Project) -> User:
    """An account that nobody can log in with until its person has chosen a password. Refused: account_*, email_*."""
    user = User(name=name, username=free_account(username), email=tidy_email(email))
    user.set_unusable_password()
    with refusing(taken()):
        user.save(force_insert=True)
    _note("person.create", user, by, at, project)
    return user


@transaction.atomic
def add_membership(
    *,
    user: User,
    project: Project,
    role: str,
    team: Team | None,
    organisation: Organisation | None,
    by: User,
    at: datetime,
) -> Membership:
    """Give a role in a project from now on; no organisation: the house. Who it is given to logs in anew.

    Refused: deactivated, role_held, agency_needed (外部经纪人), house_needed (all others), closed, other_team.
    """
    user = locked(user)
    organisation = locked(organisation or house())
    team = locked(team) if team else None
    may_join(user, role, organisation, team)
    if Membership.objects.not_over(at).filter(user=user, project=project, role=role).exists():
        said = _("%(name)s在这个项目里已经是%(role)s") % {"name": user, "role": Role(role).label}
        raise Refusal("role_held", said, field="role", status=409)
    made = Membership.objects.create(
        user=user, project=project, role=role, team=team, organisation=organisation, since=at
    )
    _log_out(user, by, at)
    _note("membership.add", user, by, at, project, role=role, organisation=organisation.pk, team=team and team.pk)
    return made


@transaction.atomic
def move_to_team(*, membership: Membership, team: Team | None, by: User, at: datetime) -> Membership:
    """Change the team from now on: the role in the old one ends, one in the new begins. Refused: ended, closed, other_team."""
    user, organisation = locked(membership.user), locked(membership.organisation)
    team = locked(team) if team else None
    row = _in_force(membership, at)
    if team == row.team:
        return row
    may_join(user, row.role, organisation, team)
    moved = row
    if row.since < at:
        row.end(at)
        moved = Membership(user=user, project=row.project, role=row.role, organisation=organisation, since=at)
    moved.team = team
    moved.save()
    _note("membership.move", row.user, by, at, row.project, role=row.role, team=team and team.pk)
    return moved


@transaction.atomic
def end_membership(*, membership: Membership, by: User, at: datetime) -> Membership:
    """Take a role away from now on; what was done in it stays. Who held it logs in anew. Refused: ended, last_administrator."""
    lock_projects({membership.project_id})
    row = _in_force(membership, at)
    if row.role == Role.ADMINISTRATOR:
        another_administrator(row.user, [row.project], at)
    row.end(at)
    _log_out(row.user, by, at)
    _note("membership.end", row.user, by, at, row.project, role=row.role)
    return row


@transaction.atomic
def change_person(
    *, user: User, name: str, username: str, email: str, by: User, at: datetime, seen: int | None = None
) -> User:
    """Correct a name, an account or an address. Refused: other_projects, account_taken, email_taken, changed_meanwhile."""
    must_manage(user, by, at)
    row = locked(user)
    unchanged(row, seen)
    values = {"name": name, "username": free_account(username, but=row), "email": tidy_email(email)}
    changed = [field for field, value in values.items() if getattr(row, field) != value]
    for field in changed:
        setattr(row, field, values[field])
    if changed:
        with refusing(taken()):
            row.save(update_fields=changed)
        _note("person.change", row, by, at, None, fields=changed)
    return row


@transaction.atomic
def deactivate(*, user: User, by: User, at: datetime) -> int:
    """Somebody leaves: every role ends, the account, its sessions, invitations and tokens count no more; history stays.

    Gives how many roles ended. Refused: self, other_projects, last_administrator, left_already.
    """
    if user.pk == by.pk:
        raise Refusal("self", _("不能停用自己：让另一位管理员来做"), status=409)
    must_manage(user, by, at)
    row = locked(user)
    if not row.is_active:
        raise Refusal("left_already", _("已经停用了"), status=409)
    held = Membership.objects.not_over(at).filter(user=row)
    lock_projects(set(held.values_list("project", flat=True)))
    ended = list(held.select_related("project"))
    another_administrator(row, [m.project for m in ended if m.role == Role.ADMINISTRATOR], at)
    for membership in ended:
        membership.end(at)
    close_account(row, at)
    projects: set[Project | None] = {m.project for m in ended}
    for project in projects or {None}:
        _note("person.deactivate", row, by, at, project, roles=len(ended))
    return len(ended)


def close_account(row: User, at: datetime) -> None:
    """The account, its sessions, invitations and tokens count no more. The caller holds its lock."""
    ApiToken.objects.filter(user=row, revoked_at=None).update(revoked_at=at)
    ExternalIdentity.objects.filter(user=row).delete()  # nobody else's word lets them in when they come back
    row.is_active, row.invited_at = False, None
    row.set_unusable_password()  # sessions hang on the password: none comes back to life with the account
    row.save(update_fields=["is_active", "invited_at", "password"])
    end_sessions(row, SignIn.Ended.LEFT, at)


@transaction.atomic
def reactivate(*, user: User, by: User, at: datetime) -> User:
    """Somebody comes back: the account counts again, without roles and without a password."""
    must_manage(user, by, at)
    row = locked(user)
    row.is_active = True
    row.save(update_fields=["is_active"])
    _note("person.reactivate", row, by, at, None)
    return row


def may_join(user: User, role: str, organisation: Organisation, team: Team | None) -> None:
    """Refuse a role that does not fit the person's state, the organisation or the team."""
    kind = Organisation.Kind(organisation.kind)
    if not user.is_active:
        raise Refusal("deactivated", _("%(name)s停用了：先启用账号") % {"name": user}, status=409)
    if organisation.closed_at is not None:
        said = _("%(name)s已经关闭：换一家，或先重新开放") % {"name": organisation}
        raise Refusal("closed", said, field="organisation")
    if role == Role.AGENT and kind != Organisation.Kind.DISTRIBUTOR:
        raise Refusal("agency_needed", _("外部经纪人要选他的分销公司"), field="organisation")
    allowed = (
        {Organisation.Kind.OWN, Organisation.Kind.PARTY_A} if role == Role.COUNTERPART else {Organisation.Kind.OWN}
    )
    if role != Role.AGENT and kind not in allowed:
        said = _("%(role)s要是本公司的人；分销公司的人选外部经纪人") % {"role": Role(role).label}
        raise Refusal("house_needed", said, field="organisation")
    if team is not None and (team.organisation_id != organisation.pk or team.closed_at is not None):
        raise Refusal(
            "other_team", _("%(team)s不是%(name)s现有的团队") % {"team": team, "name": organisation}, field="team"
        )


def _log_out(user: User, by: User, at: datetime) -> None:
    """Their role changed: nothing stays open that began in the old one. Who changes their own has just been there."""
    if user.pk != by.pk:
        end_sessions(user, SignIn.Ended.ROLE, at)


def _same_person(found: User, name: str) -> User:
    if found.name != name:
        said = _("账号 %(account)s 是%(name)s的：姓名写对，或换一个账号") % {"account": found.username, "name": found}
        raise Refusal("not_the_same", said, field="name", status=409)
    return found


def _in_force(membership: Membership, at: datetime) -> Membership:
    """The membership, locked. Refused when it has ended."""
    row: Any = Membership.objects.select_for_update(of=("self",), no_key=True)
    row = row.select_related("user", "project", "organisation", "team").get(pk=membership.pk)
    if row.until is not None and row.until <= at:
        raise Refusal("ended", _("这个角色已经结束了"), status=409)
    found: Membership = row
    return found


def another_administrator(user: User, projects: list[Project], at: datetime) -> None:
    """Refuse to leave a project without anybody who can change its settings."""
    for project in projects:
        others = Membership.objects.at(at).filter(project=project, role=Role.ADMINISTRATOR, user__is_active=True)
        if not others.exclude(user=user).exists():
            said = _("%(name)s是%(project)s唯一的管理员：先加一位") % {"name": user, "project": project}
            raise Refusal("last_administrator", said, status=409)


def tidy_email(text: str) -> str:
    """An address without spaces around it, or none. Refused: bad_email."""
    text = text.strip()
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise Refusal("bad_email", _("邮箱写得不对，例：name@example.com"), field="email") from error
    return text


def taken() -> dict[str, Refusal]:
    """What it means when the table of accounts refuses a row."""
    account, email = _("这个账号有人用了，换一个"), _("这个邮箱是另一个人的，换一个")
    return {
        "people_user_username_key": Refusal("account_taken", account, field="username", status=409),
        "user_email_once": Refusal("email_taken", email, field="email", status=409),
    }


def _note(action: str, user: User, by: User, at: datetime, project: Project | None, **detail: Any) -> None:
    note(by=by.pk, action=action, subject=f"user:{user.pk}", at=at, project=project.code if project else "", **detail)
