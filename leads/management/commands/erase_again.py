"""`./guishu manage erase_again --from FILE`: after a backup is restored, erase again who was erased since."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from leads.models import Customer, Erasure
from leads.privacy import erase, listing


class Command(BaseCommand):
    """Reads the list that is kept beside the database (leads/privacy/listing.py). Whoever is erased already is left alone."""

    help = "Erase again whoever is on the list of erasures and is still there, after a backup was restored"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The list."""
        parser.add_argument("--from", dest="path", required=True, help="the list of erasures (.local/erasures.jsonl)")

    def handle(self, *_args: Any, path: str, **_options: Any) -> None:
        """Each customer in a transaction of its own, so that it can be run again where it stopped."""
        done = 0
        for pk, at in listing.read(path):
            customer = Customer.objects.filter(pk=pk, merged_into=None).first()
            if customer and not Erasure.objects.filter(customer=customer).exists():
                erase(customer=customer, why="restored", by=None, at=at, again=True)
                done += 1
        self.stdout.write(f"erased again: {done}")
