"""Load the demo: a quarter in the life of a store and a property project. Does nothing where it is loaded already."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from arbitration.services import publish, put_in_force
from config.demo import agencies, cast, quarter
from people.models import Project, Site
from people.roles import Role
from people.terms import Terms
from trail import clock
from visits.models import Place


class Command(BaseCommand):
    help = "Load demo data (once)."

    def handle(self, *args: Any, **options: Any) -> None:
        if Project.objects.exists():
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
            inside = [here for here in house.selling(code) if Role.SALESPERSON in here.roles]
            Place.objects.bulk_create(
                Place(site=site, user=here.user, position=i) for i, here in enumerate(inside, start=1)
            )
        for project in (store, estate):
            project.refresh_from_db()
        for done, total in quarter.tell(house, now):
            if done % 200 == 0 or done == total:
                self.stdout.write(f"demo data: {done} of {total} events")
