"""The people, organisations and customers of a case of the specification, in a project of the application under its policy."""

from datetime import datetime, timedelta
from typing import Any

from arbitration import services
from arbitration.engine.case import moment
from leads import claims
from leads.models import Customer, Ownership
from leads.services import grade
from people.models import Membership, Organisation, Project, Site, Team, User
from people.roles import Role
from people.workplace import Workplace, workplace
from tests import make
from tests.engine.corpus import given
from visits.models import Duty, Place

ROLES = {
    "site_consultant": Role.SALESPERSON, "duty": Role.SALESPERSON, "broker": Role.AGENT, "admin": Role.ADMINISTRATOR,
}  # fmt: skip
OF_THE_HOUSE = ("house_desk", "house_manager")  # who enters what the case does not say who entered


class Cast:
    """Who there is before anything happens. `base`: the policy over which one that decides nothing is laid."""

    def __init__(self, name: str, base: str = "") -> None:
        self.given = given(name)
        self.pack = self.given["policy"]
        self.project = Project.objects.create(code="laid", name="案场", keeps_incidents=True)
        self.site = Site.objects.create(project=self.project, name="门店")
        for pack in filter(None, (base, self.pack)):
            params = self.given.get("params", {}) if pack == self.pack else {}
            policy = services.publish(pack, at=make.LONG_AGO)
            services.put_in_force(
                project=self.project, policy=policy, by="tests", at=make.LONG_AGO, params=self._params(params)
            )
        self.project.refresh_from_db()
        self.house = make.house()
        self.orgs = {row["id"]: self._org(row) for row in self.given.get("orgs", [])}
        self.people = {row["id"]: self._person(row) for row in self.given.get("people", [])}
        self.desk, self.manager = (
            self._staff(name, role) for name, role in zip(OF_THE_HOUSE, (Role.FRONT_DESK, Role.MANAGER), strict=True)
        )
        self._leaders()
        self._roster()
        self.numbers = {row["id"]: f"1380000{i:04d}" for i, row in enumerate(self.given.get("customers", []), start=1)}
        self.customers = {row["id"]: self._customer(row) for row in self.given.get("customers", [])}

    def _params(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"channels": ["email", "sms", "web"]} if self.pack == "channel-contract" else params

    def _org(self, row: dict[str, Any]) -> Organisation:
        if row["kind"] == "own":
            return self.house
        return Organisation.objects.create(name=row["id"], kind=row["kind"])

    def _person(self, row: dict[str, Any]) -> Workplace:
        team = Team.objects.get_or_create(name=row["team"], organisation=self.house)[0] if row.get("team") else None
        role = ROLES.get(row["role"], row["role"])
        return self._staff(row["id"], role, self.orgs.get(row.get("org", ""), self.house), team)

    def _staff(self, name: str, role: str, org: Organisation | None = None, team: Team | None = None) -> Workplace:
        user = User.objects.create(username=name, name=name)
        Membership.objects.create(
            user=user, project=self.project, role=role, organisation=org or self.house, team=team, since=make.LONG_AGO
        )
        here = workplace(user, self.project, make.MOMENT)
        assert here is not None
        return here

    def _roster(self) -> None:
        """Who has a turn, and who is on duty: by the roster, or all day where that is their role."""
        for row in self.given.get("roster", []):
            user = self.people[row["person"]].user
            if row["kind"] == "rotation":
                Place.objects.create(site=self.site, user=user, position=row["position"])
            else:
                Duty.objects.create(site=self.site, user=user, since=moment(row["from"]), until=moment(row["to"]))
        day = self.ask.replace(hour=0, minute=0)
        for row in self.given.get("people", []):
            if row["role"] == "duty":
                user = self.people[row["id"]].user
                Duty.objects.create(site=self.site, user=user, since=day, until=day + timedelta(days=1))

    def _leaders(self) -> None:
        for row in self.given.get("people", []):
            if row.get("team") and row.get("superior"):
                Team.objects.filter(name=row["team"]).update(leader=self.people[row["superior"]].user)

    def _customer(self, row: dict[str, Any]) -> Customer:
        customer, _new = claims.find_or_create(f"+86{self.numbers[row['id']]}", at=make.LONG_AGO, name=row["name"])
        if keeper := row.get("assigned_to"):  # brought along when the house began with the program
            claims.give(
                self.project, customer, to=self.people[keeper].user, reason=Ownership.Reason.IMPORTED, source="DR-1",
                by=self.manager.user.pk, at=make.LONG_AGO,
            )  # fmt: skip
        if tier := row.get("tier"):
            high = {f"{key}_high": tier[key] == "high" for key in ("loyalty", "profit")}
            grade(here=self.manager, customer=customer, potential=None, importance=None, at=make.LONG_AGO, **high)
        return customer

    @property
    def ask(self) -> datetime:
        """When the question is put."""
        return moment(self.given["ask"])
