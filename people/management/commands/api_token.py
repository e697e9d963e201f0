"""Make a token by which a program acts for somebody, and print it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.models import Project, User
from people.services.tokens import make_token
from people.workplace import Workplace, projects_of, workplace
from trail import clock
from trail.refusals import Refusal


class Command(BaseCommand):
    help = "Make a token for a program of USER and print it, alone, on stdout. It is not shown again (docs/api.md)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("user", metavar="USER", help="login name")
        parser.add_argument("--project", metavar="CODE", help="needed where they work in several")
        parser.add_argument("--days", type=int, default=90, help="good for so many days (90); 0: until it is revoked")
        parser.add_argument("--scope", action="append", metavar="RIGHT", help="repeatable; default: all that they may")
        parser.add_argument("--name", default="manage api_token", help="for the list in /account/tokens")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        here = self._workplace(options["user"], options["project"])
        try:
            _token, secret = make_token(
                here=here, name=options["name"], scopes=options["scope"] or here.rights, days=options["days"] or None,
                at=now,
            )  # fmt: skip
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(secret)

    def _workplace(self, username: str, code: str | None) -> Workplace:
        """Where they work: in the project that is named, or in their only one."""
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is nobody with the login name {username}.")
        codes = [project.code for project in projects_of(user, clock.now())]
        if code is None and len(codes) > 1:
            raise CommandError(f"{username} works in several projects. Name one: --project {' | '.join(codes)}")
        here = workplace(user, Project.objects.filter(code=code).first() if code else None, clock.now())
        if here is None or (code and here.project.code != code):
            raise CommandError(f"{username} does not work {'in ' + code if code else 'in any project'}.")
        return here
