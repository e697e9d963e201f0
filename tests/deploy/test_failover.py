"""The primary is lost under load, amid all that deploy/ sets up: what was acknowledged is there, and service comes back."""

import re
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from itertools import pairwise

import dj_database_url
import psycopg2
import pytest
from django.db import connection, connections
from django_tasks_db.models import DBTaskResult

from leads.models import ImportRun, Ownership, Phone, Registration
from tests import make, programs
from tests.deploy.load import ROWS, Files, Load
from tests.deploy.machines import PASSWORDS, Machines, missing
from tests.deploy.places import kill, status, until
from trail import clock
from trail.models import Entry, Once

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing()), reason=f'not installed: {", ".join(missing())} (docs/deploy.md, "Tried")'),
]
PAIRS = 4


@pytest.fixture
def machines(django_db_blocker, long):
    """All of it on a database of its own, which the test itself reads past the pooler."""
    if not long:
        pytest.skip("takes minutes: with --long")
    made, given = Machines(), dict(connection.settings_dict)
    try:
        made.start()
        with django_db_blocker.unblock():
            connections.close_all()
            connection.settings_dict.update(dj_database_url.parse(made.url("guishu_app", made.door)))
            yield made
            connections.close_all()
    finally:
        print(made.place.said())  # shown where the test fails
        connection.settings_dict.update(given)
        made.place.close()


def people():
    """Pairs of salespeople, and one who brings files, with a token each: the limit on requests is a person's."""
    store = make.store()
    cast = [make.person(f"seller{i}", "同事", "salesperson", store.project) for i in range(2 * PAIRS + 1)]
    return [programs.token(here, at=clock.now()) for here in cast]


def seal(machines, *kept):
    """Verify the whole history, and give its seal; `kept`: a seal of before that must still hold."""
    done = machines.manage("verify_history", *(word for one in kept for word in ("--kept", one)))
    assert done.returncode == 0, done.stdout + done.stderr
    return re.search(r"\d+:[0-9a-f]{64}", done.stdout).group()


def goes_on(load, what, count=8):
    seen = len(load.receipts)
    until(lambda: len(load.receipts) >= seen + count or load.wrong, what)
    assert load.wrong == []


def power_loss(primary):
    primary.kill()


def its_postgres_dies(primary):
    primary.kill_postgres()


def nobody_watches_over_it(primary):
    """Patroni dies, PostgreSQL goes on: two that take themselves for the primary, one of which nobody may believe."""
    kill(primary.patroni, group=False)


def lose(machines, load, how):
    """Lose the primary in this way under load, and wait until the other has taken over and work goes on; gives seconds."""
    lost, other = machines.primary(), machines.standby()
    goes_on(load, "something is acknowledged before")
    began = time.monotonic()
    how(lost)
    machines.kill_worker()
    until(lambda: other.is_("primary"), f"{other.name} takes over")
    took_over = time.monotonic() - began
    goes_on(load, "something is acknowledged after")
    silent = silence(load.receipts, began)
    if how is nobody_watches_over_it:
        assert not acknowledges(lost), "a primary that was deposed acknowledges something"
    kill(lost.patroni, group=False)
    lost.kill_postgres()
    connections.close_all()
    return {"how": how.__name__, "took_over": round(took_over, 1), "nothing acknowledged for": round(silent, 1)}, lost


def acknowledges(lost, patience=3):
    """Whether this PostgreSQL, asked past everything else, says within seconds that it wrote something down."""
    url, done = f"host=127.0.0.1 port={lost.port} user=guishu_app password={PASSWORDS['GUISHU_APP_PASSWORD']}", []

    def write():
        with (
            suppress(psycopg2.Error),
            closing(psycopg2.connect(f"{url} dbname=guishu")) as line,
            line.cursor() as cursor,
        ):
            cursor.execute("SELECT pg_is_in_recovery(), pg_logical_emit_message(true, 'guishu', '')")
            done.append(cursor.fetchone()[0])
            line.commit()
            done.append("committed")

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    thread.join(patience)
    assert done[:1] == [False], "it still takes itself for the primary"
    return "committed" in done


def silence(receipts, began):
    """The longest time around `began` in which nobody was acknowledged."""
    times = sorted(r.at for r in receipts)
    return max(after - before for before, after in pairwise(times) if after > began)


def test_a_lost_primary_costs_no_acknowledged_registration_and_makes_no_second_owner(machines):
    *pairs, bringer = people()
    load, files = Load(machines.site, pairs), Files(machines.site, bringer)
    seen = []
    try:
        for how in (power_loss, its_postgres_dies, nobody_watches_over_it):
            kept = seal(machines)
            told, lost = lose(machines, load, how)
            lost.start()  # the machine is back: it becomes the standby by itself
            until(lambda lost=lost: lost.is_("sync"), f"{lost.name} is the standby")
            goes_on(load, "something is acknowledged with two again")
            seal(machines, kept)
            seen.append(told)
        until(
            lambda: all(status(port, "GET", "/readyz") == 200 for port in machines.webs), "both web servers are ready"
        )
    finally:
        load.stop()
        files.stop()
        report(load, files, machines, seen)
    assert load.wrong == files.wrong == []
    connections.close_all()
    until(lambda: not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists(), "every job is done")
    check_jobs(files.begun)
    check(load.receipts, files.begun)
    seal(machines)


def report(load, files, machines, seen):
    """What docs/deploy.md quotes; pytest shows it with -s."""
    again = [r for r in load.receipts if r.sent > 1]
    print("\nfail-over:", *seen, sep="\n  ")
    print(f"  acknowledged {len(load.receipts)}, of them after being sent again {len(again)}")
    print(f"  files imported by the workers {len(files.begun)}, answers {dict(files.answers)}")
    print(
        f"  answers to programs {dict(load.answers)}, by nginx {dict(Counter(r['status'] for r in machines.requests()))}"
    )


def check(receipts, imported):
    """Each that was acknowledged is there, once, whole, and by whom it was; each customer has one owner."""
    numbers, files = (
        {r.number for r in receipts} | {number for run in imported.values() for number in run},
        len(imported),
    )
    sent = Registration.objects.exclude(channel=Registration.Channel.IMPORT)
    assert len({r.no for r in receipts}) == len(receipts)
    assert set(sent.values_list("no", flat=True)) == {r.no for r in receipts}
    assert Registration.objects.count() == len(receipts) + files * ROWS
    assert {phone.national for phone in Phone.objects.all()} == numbers
    assert Ownership.objects.count() == Ownership.objects.values("customer").distinct().count() == len(numbers)
    assert Once.objects.filter(status=201).count() == len(receipts) + files
    assert Entry.objects.filter(action="lead.register").count() == len(receipts) + files * ROWS
    assert {r.sent > 1 for r in receipts} == {True, False}, "some were sent again"


def check_jobs(imported):
    """Each file that was told to be imported is, to its last row and once, though its worker died or lost the database."""
    assert imported
    assert set(ImportRun.objects.values_list("no", "state", "done_rows")) == {(no, "done", ROWS) for no in imported}
    done = Entry.objects.filter(action="import.done").values_list("subject", flat=True)
    assert sorted(done) == sorted(f"import:{no}" for no in imported)
