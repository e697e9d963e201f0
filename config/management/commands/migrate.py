"""`migrate`, beside people who work: it waits for a table no longer than nobody notices, and then tries again."""

import time
from typing import Any

from django.core.management.commands import migrate
from django.db import OperationalError, connections

WAIT = "500ms"  # whoever comes after us waits behind us for so long
PAUSE = 1.0  # seconds in which they come through
TRIES = 60
NO_LOCK = {"55P03", "40P01"}  # lock_not_available: that time is over; deadlock_detected: somebody waited for us, too


class Command(migrate.Command):
    """A migration that got no lock is undone whole and begun anew; one that is not atomic goes on where it was (trail/online.py)."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        try:
            for left in reversed(range(TRIES)):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', %s, false)", [WAIT])
                try:
                    super().handle(*args, **options)
                    return
                except OperationalError as error:
                    if getattr(error.__cause__, "pgcode", "") not in NO_LOCK or not left:
                        raise
                self.stderr.write("Somebody holds a table that has to change. Once more in a second.")
                time.sleep(PAUSE)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
