"""Who the parties of a case are to the policy: people, or, where companies contract with each other (D07), their agencies."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from arbitration.cases.once import once_a_page
from arbitration.models import Claim, Collision, PolicyVersion
from arbitration.shares import Kind
from people.models import Membership, Organisation, Project, User

BETWEEN_COMPANIES = frozenset({"channel-contract"})  # who gets shares there is the agency, not its agent


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a case. Two agents of one agency are one side where the policy is between companies."""

    letters: tuple[str, ...]
    people: tuple[User, ...]
    organisation: Organisation | None = None

    @property
    def sharer(self) -> User | Organisation:
        """Who gets its share of a commission."""
        return self.organisation or self.people[0]

    @property
    def key(self) -> str:
        """Its name in forms and payloads: `o3` for an agency, the user id for a person."""
        return f"o{self.organisation.pk}" if self.organisation else str(self.people[0].pk)

    @property
    def label(self) -> str:
        """A 安居房产, or A 李强."""
        return f"{'、'.join(self.letters)} {self.sharer.name}"


def sharer_kind(key: str) -> tuple[Kind, int]:
    """What a party's key stands for."""
    return (Kind.ORGANISATION, int(key[1:])) if key.startswith("o") else (Kind.PERSON, int(key))


def between_companies(policy: str) -> bool:
    """Whether this policy (`id` or `id@version`) is a contract between companies."""
    return policy.partition("@")[0] in BETWEEN_COMPANIES


def agencies(project: Project, users: Collection[int]) -> dict[int, Organisation]:
    """The outside agency of each of these people in this project; of who has left, the last one. One query."""
    return outside(held_by(project.pk, Q(user__in=users)))


def held_by(project: int, whose: Q) -> Any:
    """What these people are or were in a project, with the organisation; the last one last."""
    held = Membership.objects.filter(whose, project=project).select_related("organisation")
    return held.order_by("since", "pk")


def outside(held: Iterable[Membership]) -> dict[int, Organisation]:
    """The outside agency of each, by what they were last."""
    last = {m.user_id: m.organisation for m in held}
    return {user: organisation for user, organisation in last.items() if organisation.outside}


@once_a_page
def memberships_of(case: Collision) -> Any:
    """What the parties of a case are or were in its project, with team and organisation; the last one last."""
    return held_by(case.project_id, Q(user__in=case.claims.order_by().values("user"))).select_related("team")


def agencies_of(case: Collision) -> dict[int, Organisation]:
    """The outside agency of each party of a case."""
    return outside(memberships_of(case))


def led_by(user: User, case: Collision) -> set[int]:
    """The parties of a case whose team this person leads."""
    return {m.user_id for m in memberships_of(case) if m.team and m.team.leader_id == user.pk}


def in_order(case: Collision) -> list[Claim]:
    """The claims of a case in the order of joining."""
    return sorted(case.claims.all(), key=lambda claim: (claim.joined_at, claim.pk))


def by_letter(case: Collision) -> list[Claim]:
    """The claims of a case with their people, A first."""
    rows = case.claims.all() if case.known is not None else case.claims.select_related("user")
    return sorted(rows, key=lambda claim: (len(claim.letter), claim.letter))


def parties(case: Collision, policy: PolicyVersion | None, claims: list[Claim] | None = None) -> list[Party]:
    """The sides of a case, by the letter of their first claim."""
    rows = claims if claims is not None else by_letter(case)
    grouped = policy is not None and between_companies(policy.pack)
    agency = agencies_of(case) if grouped else {}
    sides: dict[str, Party] = {}
    for claim in rows:
        new = Party((claim.letter,), (claim.user,), agency.get(claim.user_id))
        old = sides.get(new.key)
        sides[new.key] = Party(old.letters + new.letters, old.people + new.people, old.organisation) if old else new
    return list(sides.values())
