"""Who works here → people and organisations of a case, with the numbers that count as their own."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from arbitration.casefile.reader import Reader
from leads.models import WorkPhone
from people.models import HandOver, Membership, Organisation
from people.roles import Role
from trail.together import fill

ROLES = {Role.AGENT: "broker", Role.ADMINISTRATOR: "admin"}


class Staff:
    """Everybody named so far, and who may rule, so that an escalation finds somebody."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.tokens = reader, reader.tokens
        self.of_project = Membership.objects.filter(project=reader.project).select_related("team", "organisation")
        self.held = reader.rows.want(self.of_project.at(reader.at).order_by("pk"))

    def read(self) -> None:
        """Whoever rules is named, too; then what is known of all. After every other token was given."""
        reader = self.reader
        for membership in self.held:
            if membership.role in (Role.MANAGER, Role.GENERAL_MANAGER):
                self.tokens.person(membership.user_id)
        for pk in reader.scopes.held:
            self.tokens.person(pk)
        gone = set(self.tokens.people) - {m.user_id for m in self.held}
        last = self.of_project.filter(user__in=gone).order_by("since", "pk") if gone else ()
        self.left = {m.user_id: m for m in last}
        leaving = HandOver.objects.filter(project=reader.project, user__in=list(self.left), opened_at__lte=reader.at)
        self.resigned = leaving.values_list("user", flat=True)
        theirs = {m.organisation_id for m in (*self.held, *self.left.values()) if m.user_id in self.tokens.people}
        self.organisations = Organisation.objects.filter(pk__in=theirs | {*self.tokens.organisations}).order_by("pk")
        whose = Q(user__in=self.tokens.people) | Q(organisation__in=theirs)
        phones = WorkPhone.objects.filter(whose, entered_at__lte=reader.at).order_by("pk")
        fill(self.resigned, self.organisations, phones)
        self.numbers = self._numbers(phones)

    def _numbers(self, phones: Iterable[Any]) -> dict[tuple[str, int], list[str]]:
        """Own mobiles and office telephones that had been entered by now."""
        found: dict[tuple[str, int], list[str]] = {}
        for phone in phones:
            key = ("P", phone.user_id) if phone.user_id else ("O", phone.organisation_id)
            found.setdefault(key, []).append(self.tokens.number(phone.e164))
        return found

    def people(self) -> Iterator[dict[str, Any]]:
        """Each with role, team and superior; of an outside agency, with the agency."""
        for pk in list(self.tokens.people):
            yield self._person(pk, next((m for m in self.held if m.user_id == pk), self.left.get(pk)))

    def _person(self, pk: int, first: Membership | None) -> dict[str, Any]:
        live = first if pk not in self.left else None
        role = str(live.role) if live else Role.AGENT if self._agency(first) else Role.SALESPERSON.value
        person: dict[str, Any] = {"id": self.tokens.person(pk), "role": ROLES.get(Role(role), role)}
        if live and live.team:
            person["team"] = self.tokens.team(live.team.pk)
            if live.team.leader_id in self.tokens.people and live.team.leader_id != pk:
                person["superior"] = self.tokens.people[live.team.leader_id]
        if pk in self.resigned and (until := self.left[pk].until):  # who lost a role has not left
            person["resigned_at"] = self.reader.time(until)
        if agency := self._agency(first):
            person["org"] = self.tokens.organisation(agency.pk)
        if scopes := self.reader.scopes.held.get(pk):
            person["territory"] = scopes
        return person | self._phones("P", pk)

    def _agency(self, membership: Membership | None) -> Organisation | None:
        """The organisation of somebody who is not of the house."""
        other = membership is not None and membership.organisation.kind != Organisation.Kind.OWN
        return membership.organisation if membership and other else None

    def _phones(self, kind: str, pk: int) -> dict[str, Any]:
        numbers = self.numbers.get((kind, pk))
        return {"phones": numbers} if numbers else {}

    def orgs(self) -> Iterator[dict[str, Any]]:
        """The organisations that were named, but for the house itself; one that was closed cooperates no more (D11-M5a)."""
        for row in (one for one in self.organisations if one.pk in self.tokens.organisations):
            ended = row.closed_at if row.closed_at and row.closed_at <= self.reader.at else None
            until = {"coop_to": self.reader.time(ended)} if ended else {}
            yield {"id": self.tokens.organisation(row.pk), "kind": row.kind, **until, **self._phones("O", row.pk)}
