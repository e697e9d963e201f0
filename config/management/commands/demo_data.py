"""Load the demo: a quarter in the life of a store and a property project. Does nothing where it is loaded already.

Refuses where somebody works: demo data and real data never meet.
"""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from arbitration.services import publish, put_in_force
from config.demo import accounts, after, agencies, cast, quarter
from config.demo.door import gifts
from people.models import Project, Site, User
from people.roles import Role
from people.terms import Terms
from trail import clock
from visits.services import add_to_rotation


class Command(BaseCommand):
    help = "Load demo data (once)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true", help="only refuse or not; also before anything is migrated")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if _somebody_works_here():
            raise CommandError(
                "This database is in use and is not a demo; demo data would mix with what is there. "
                "Without DATABASE_URL, ./guishu demo has a database of its own."
            )
        if check:
            return
        if Project.objects.exists():
            accounts.put_off(clock.now())
            self.stdout.write("demo data: there already")
            return
        with transaction.atomic():
            self._load()

    def _load(self) -> None:
        now = clock.now()
        since = now - timedelta(days=quarter.DAYS + 30)
        store = Project.objects.create(code="store", name="秀兰装饰")
        estate = Project.objects.create(code="estate", name="秀兰森活里", terms_data=Terms(protection_days=7).as_json())
        sites = {
            "store": Site.objects.create(project=store, name="秀兰门店"),
            "estate": Site.objects.create(project=estate, name="森活里案场"),
        }
        house = cast.hire(store, estate, sites, since, now)
        put_in_force(project=store, policy=publish("home-decoration", at=since), terms=Terms(), by="demo", at=since)
        put_in_force(
            project=estate, policy=publish("channel-contract", at=since), terms=Terms(protection_days=7), by="demo", at=since,
            params={"channels": ["email", "sms", "web"]},
        )  # fmt: skip
        agencies.enter_numbers(house, since)
        for code, site in sites.items():
            for here in house.selling(code):
                if Role.SALESPERSON in here.roles:
                    add_to_rotation(here=house.people[cast.MANAGERS[code]], site=site, user=here.user, at=since)
        for project in (store, estate):
            project.refresh_from_db()
        gifts(house, since)
        for done, total in quarter.tell(house, now):
            if done % 200 == 0 or done == total:
                self.stdout.write(f"demo data: {done} of {total} events")
        after.the_quarter(house, now)
        accounts.put_off(now)


def _somebody_works_here() -> bool:
    """Whether there are people or projects, and not those of the demo."""
    if Project._meta.db_table not in connection.introspection.table_names():
        return False  # not migrated yet
    codes = set(Project.objects.values_list("code", flat=True))
    people = set(User.objects.values_list("username", flat=True))
    return bool(codes or people) and not (codes >= {"store", "estate"} and people >= set(cast.SHOWN))
