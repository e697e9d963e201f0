"""Print whom to log in as."""

from typing import Any

from django.core.management.base import BaseCommand

from config.demo import cast
from people.roles import Role


class Command(BaseCommand):
    help = "Print the demo accounts."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"  password for all: {cast.PASSWORD}")
        for username, name, role, projects, where in cast.STAFF:
            if username in cast.SHOWN:
                self.stdout.write(f"  {username:<10} {name}  {Role(role).label} {role}  {where or projects}")
