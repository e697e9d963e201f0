"""A list of people as a file holds it: its columns, and what each of its rows would do. Nothing is written here.

A plan is made twice: for the page that shows it, and again, under locks, when it is carried out.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, TextChoices
from django.db.models.functions import Lower
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import Membership, Organisation, Project, Team, User
from people.roles import Role
from people.services.people import may_join, tidy_email
from people.sheets import Numbered
from trail.refusals import Refusal

# By which headings each column is known; the first two are those of our template.
COLUMNS = {
    "name": ("姓名", "name"), "username": ("账号", "account", "帐号", "username"), "role": ("角色", "role"),
    "team": ("团队", "team"), "organisation": ("公司", "company", "agency", "organisation"),
    "email": ("邮箱", "e-mail", "email", "mail"),
}  # fmt: skip
NEEDED = ("name", "username", "role")
LONGEST = {"name": 60, "username": 60, "email": 254}
NAMED = 8  # how many of those that there are a sentence names


def headings() -> list[str]:
    """The headings of our template, in the reader's language."""
    return [_("姓名"), _("账号"), _("角色"), _("团队"), _("公司"), _("邮箱")]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, as text."""

    number: int
    name: str
    username: str
    role: str
    team: str
    organisation: str
    email: str

    @property
    def cells(self) -> list[str]:
        """What stood in the file, in the order of `headings`."""
        return [self.name, self.username, self.role, self.team, self.organisation, self.email]


class Outcome(TextChoices):
    """What a row would do."""

    BAD = "bad", gettext_lazy("有错")
    NEW = "new", gettext_lazy("新建")
    ROLE = "role", gettext_lazy("加角色")
    THERE = "there", gettext_lazy("已经有")


@dataclass(frozen=True, slots=True)
class Planned:
    """What one row would do; `why` is the sentence of a bad one. `user` is whose account it is, when that is there."""

    row: Row
    outcome: Outcome
    why: str = ""
    user: User | None = None
    role: str = ""
    team: Team | None = None
    organisation: Organisation | None = None

    @property
    def account(self) -> str:
        """The account in small letters: those that differ only in that are one."""
        return self.row.username.lower()


def rows_of(found: list[Numbered]) -> list[Row]:
    """The rows below the heading. Refused: empty, and no_heading when the needed columns are not named."""
    if not found:
        raise _empty()
    heading = [text.casefold() for text in found[0][1]]
    places = {
        name: next((i for i, text in enumerate(heading) if text in known), None) for name, known in COLUMNS.items()
    }
    if any(places[name] is None for name in NEEDED):
        raise Refusal("no_heading", _("第一行要写：姓名、账号、角色。用模板最稳"), field="file")
    rows = [Row(number, **{name: _cell(cells, place) for name, place in places.items()}) for number, cells in found[1:]]
    rows = [row for row in rows if any(row.cells)]
    if not rows:
        raise _empty()
    return rows


def _cell(cells: list[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


def _empty() -> Refusal:
    return Refusal("empty", _("表格里没有人：从第二行起，一行写一个人"), field="file")


def as_data(rows: list[Row]) -> list[dict[str, Any]]:
    """Rows for keeping between the check and the import."""
    return [asdict(row) for row in rows]


def plan(rows: list[Row], project: Project, at: datetime) -> list[Planned]:
    """What each row would do in this project at this moment, in the order of the file. A few queries, however many rows."""
    known = Known(rows, project, at)
    return [known.judge(row) for row in rows]


class Known:
    """What there is already, and what earlier rows of the same file will have made."""

    def __init__(self, rows: list[Row], project: Project, at: datetime) -> None:
        there = list(Organisation.objects.filter(closed_at=None).order_by("name"))
        self.companies = {o.name: o for o in there} | {o.short_name: o for o in there if o.short_name}
        self.house = next((o for o in there if o.kind == Organisation.Kind.OWN), None)
        self.teams = {t.name: t for t in Team.objects.filter(organisation=self.house, closed_at=None).order_by("name")}
        self.roles = role_names()
        users = list(_users(rows))
        self.users = {user.username.lower(): user for user in users}
        self.emails = {user.email.lower(): user.username.lower() for user in users if user.email}
        self.held = set(Membership.objects.not_over(at).filter(project=project).values_list("user", "role"))
        self.made: dict[str, list[tuple[Row, str]]] = {}

    def judge(self, row: Row) -> Planned:
        """What this row would do after those before it."""
        try:
            return self._judge(row)
        except Refusal as refusal:
            return Planned(row, Outcome.BAD, str(refusal.sentence))

    def _judge(self, row: Row) -> Planned:
        _spelled(row)
        account = row.username.lower()
        user, role, company, team = self.users.get(account), self._role(row), self._company(row), self._team(row)
        may_join(user or User(name=row.name), role, company, team)
        outcome = self._outcome(row, account, user, role)
        self._check_email(row, account, user)
        self.made.setdefault(account, []).append((row, role))
        if row.email:
            self.emails[row.email.lower()] = account
        return Planned(row, outcome, "", user, role, team, company)

    def _role(self, row: Row) -> str:
        if row.role.casefold() not in self.roles:
            said = _("没有这个角色：%(given)s。可以写：%(known)s") if row.role else _("角色没有填。可以写：%(known)s")
            raise Refusal("role", said % {"given": row.role, "known": _("、").join(str(r.label) for r in Role)})
        return self.roles[row.role.casefold()]

    def _company(self, row: Row) -> Organisation:
        found = self.companies.get(row.organisation) if row.organisation else self.house
        if found is None:
            names = list(dict.fromkeys(o.name for o in self.companies.values()))
            said = {"given": row.organisation, "known": _named(names)}
            raise Refusal("company", _("没有这家公司：%(given)s。现有：%(known)s") % said)
        return found

    def _team(self, row: Row) -> Team | None:
        if row.team and row.team not in self.teams:
            said = {"given": row.team, "known": _named(list(self.teams)) or _("一个也没有，先到「团队」加")}
            raise Refusal("team", _("没有这个团队：%(given)s。现有：%(known)s") % said)
        return self.teams[row.team] if row.team else None

    def _outcome(self, row: Row, account: str, user: User | None, role: str) -> Outcome:
        for earlier, held in self.made.get(account, ()):
            if earlier.name != row.name or held == role:
                raise Refusal("twice", _("账号和第 %(n)d 行的一样") % {"n": earlier.number})
        if user is None:
            return Outcome.ROLE if account in self.made else Outcome.NEW
        if user.name != row.name:
            raise Refusal(
                "account_taken", _("账号 %(account)s 是另一个人的：换一个，或改对姓名") % {"account": row.username}
            )
        return Outcome.THERE if (user.pk, role) in self.held else Outcome.ROLE

    def _check_email(self, row: Row, account: str, user: User | None) -> None:
        if row.email and self.emails.get(row.email.lower(), account) != account:
            raise Refusal("email_taken", _("邮箱 %(email)s 是另一个人的") % {"email": row.email})
        first = user.email if user else next((r.email for r, _held in self.made.get(account, ())), row.email)
        if row.email and row.email.lower() != first.lower():
            raise Refusal(
                "email_other", _("账号 %(account)s 的邮箱不是这个：要改，到他的页面改") % {"account": row.username}
            )


def lock_users(rows: list[Row]) -> None:
    """Keep the accounts that the rows name as they are until the end of the transaction."""
    list(_users(rows).select_for_update(no_key=True).order_by("pk"))


def _users(rows: list[Row]) -> "QuerySet[User]":
    """Whoever has an account or an address that the rows name."""
    named = User.objects.alias(account=Lower("username"), mail=Lower("email"))
    accounts, mails = {row.username.lower() for row in rows}, {row.email.lower() for row in rows if row.email}
    return named.filter(Q(account__in=accounts) | Q(mail__in=mails))


def _spelled(row: Row) -> None:
    """Refuse what no account can be made of."""
    for text, missing in ((row.name, _("姓名没有填")), (row.username, _("账号没有填"))):
        if not text:
            raise Refusal("missing", missing)
    for name, most in LONGEST.items():
        if len(getattr(row, name)) > most:
            raise Refusal(
                "too_long", _("太长了，最多 %(n)d 个字：%(start)s…") % {"n": most, "start": getattr(row, name)[:12]}
            )
    try:
        UnicodeUsernameValidator()(row.username)
    except ValidationError as wrong:
        raise Refusal("account_invalid", _("账号用字母、数字和 . _ - @ +，中间没有空格")) from wrong
    if row.email:
        tidy_email(row.email)


def _named(names: list[str]) -> str:
    """The first of these names, and a sign that there are more."""
    return _("、").join(names[:NAMED]) + ("…" if len(names) > NAMED else "")


def role_names() -> dict[str, str]:
    """Every word by which a role is known, in each language, and its code."""
    names = {str(role.value): str(role.value) for role in Role}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            names |= {str(role.label).casefold(): str(role.value) for role in Role}
    return names
