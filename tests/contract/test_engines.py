"""That each engine is what its name says, and takes the program whole."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.contract.engines import a_database


def test_each_engine_is_the_one_that_it_is_called(engine):
    with engine.act() as one:
        one.execute("SELECT current_setting('server_version_num')::int / 10000, pg_backend_pid()")
        version, first = one.fetchone()
    one, other = engine.connect(), engine.connect()
    pids = []
    for connection in (one, other):  # both stay connected
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids += cursor.fetchone()
    one.close()
    other.close()
    assert version == 15 if engine.name == "15" else version >= 15
    if engine.name == "pgbouncer":
        assert {first, *pids} == {first}  # a connection of the server goes from one client to the next
    elif engine.name == "15":
        assert len({first, *pids}) == 3


def test_the_program_comes_up_on_it_whole(engine, long):
    """All migrations, from nothing: the one way to be sure of what no small test names."""
    if not long:
        pytest.skip("takes half a minute an engine: --long")
    with a_database(engine.name, engine.server, "_whole") as empty:
        env = {**os.environ, "DATABASE_URL": empty.url, "OWNER_DATABASE_URL": empty.url}
        env |= {"DJANGO_SETTINGS_MODULE": "config.settings", "GUISHU_POOLED": "1" if engine.name == "pgbouncer" else ""}
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=settings.BASE_DIR,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert empty.ask("SELECT count(*) > 150 FROM pg_trigger WHERE NOT tgisinternal") == [(True,)]
