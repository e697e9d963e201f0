"""`bench race`: eight people report the same new customer at the same instant, over the API. One of them becomes the owner."""

from collections.abc import Iterator
from functools import partial

from config.bench.callers import CLIENTS, Program, at_once
from config.bench.rows import Row
from config.bench.scene import Person, Scene, newcomers, tokens
from leads import vault
from leads.models import Customer, Ownership

ROUNDS = 50
SAID_EVERY = 50


def race(scene: Scene, rounds: int) -> Iterator[Row]:
    """Rounds that left two owners, or two customers, of one number."""
    people = newcomers(rounds)
    with tokens(scene.sellers) as secrets:
        took = sum(_round(scene, secrets, i, person) for i, person in enumerate(people))
    found = [left(person) for person in people]
    owners, customers = (sum(pair[i] != 1 for pair in found) for i in (0, 1))
    name = f"race: rounds of {CLIENTS} clients, one number"
    yield Row(name, "", rounds, "", rounds / took, None)
    yield Row("race: rounds without one owner and no more", "= 0", owners, "", owners / rounds, owners == 0)
    yield Row("race: rounds without one customer and no more", "= 0", customers, "", customers / rounds, customers == 0)


def _round(scene: Scene, secrets: list[str], i: int, person: Person) -> float:
    """All at once, each a person and a connection of their own; gives the seconds."""
    if i and i % SAID_EVERY == 0:
        scene.say(f"{i} rounds")
    runners = [secrets[(i * CLIENTS + n) % len(secrets)] for n in range(CLIENTS)]
    return at_once(
        [partial(Program(scene.port, [secret]).post, "registrations", person.lead, 201) for secret in runners]
    )


def left(person: Person) -> tuple[int, int]:
    """Owners and customers of a number."""
    of_number = {"phones__whole": vault.whole(f"+86{person.number}")}
    customers = list(Customer.objects.filter(**of_number).values_list("pk", flat=True))
    return Ownership.objects.open().filter(customer__in=customers).count(), len(customers)
