"""Print the link by which the first visitor sets the program up; nothing where somebody has."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from people.installation import is_set_up, setup_code


class Command(BaseCommand):
    help = "Print the link by which the first visitor sets the program up, while nobody has."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default=settings.GUISHU_URL, help="where the program is reached")

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_set_up():
            self.stdout.write(f"{options['address'].rstrip('/')}{reverse('setup_first')}?code={setup_code()}")
