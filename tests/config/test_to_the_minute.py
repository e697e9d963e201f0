"""Point-in-time recovery as docs/running.md tells it: base backup and kept WAL give back the moment between an act and a disaster."""

import shutil
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

from config.local_postgres import Cluster

KEEP = Path(settings.BASE_DIR) / "config" / "keep_wal"


class Archiving(Cluster):
    """A server that keeps its log, or is brought back from what was kept."""

    more = ""

    def _launch(self):
        with (self.data / "postgresql.auto.conf").open("a") as conf:
            conf.write(self.more)
        super()._launch()


def ask(cluster, *statements):
    with closing(cluster.connect()) as line:
        line.autocommit = True
        with line.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None


@pytest.fixture
def servers(tmp_path):
    tmp_path.chmod(0o755)
    made = []

    def make(name, more):
        cluster = Archiving(tmp_path / name)
        cluster.more = more
        made.append(cluster)
        return cluster

    yield make
    for cluster in made:
        cluster.stop()
        shutil.rmtree(cluster.root)


def test_the_moment_between_an_act_and_a_disaster_comes_back(servers, tmp_path):
    first = servers("first", "")
    kept = first.root / "kept"
    kept.mkdir()
    script = Path(shutil.copy(KEEP, first.root))
    if first.account:
        shutil.chown(kept, first.account.pw_uid, first.account.pw_gid)
        script.chmod(0o755)
    first.more = f"wal_level = replica\narchive_mode = on\narchive_command = '{script} \"%p\" {kept}/%f'\n"
    first.start()
    ask(first, "CREATE TABLE report (no int)", "INSERT INTO report SELECT generate_series(1, 500)")
    second = servers("second", "")
    done = first._run(
        "pg_basebackup", "-D", first.root / "base", "-h", first.socket, "-U", "postgres", "-X", "stream", "-c", "fast"
    )
    assert done.returncode == 0, done.stderr
    ask(first, "INSERT INTO report SELECT generate_series(501, 1000)")
    [(moment,)] = ask(first, "SELECT clock_timestamp()::text")
    ask(first, "DELETE FROM report", "SELECT pg_switch_wal()")
    until(lambda: ask(first, "SELECT archived_count > 2 AND failed_count = 0 FROM pg_stat_archiver") == [(True,)])
    (first.root / "base").rename(second.data)
    (second.data / "recovery.signal").touch()
    if second.account:
        shutil.chown(second.data / "recovery.signal", second.account.pw_uid, second.account.pw_gid)
    second.more = (
        f"archive_mode = off\nrestore_command = 'cp {kept}/%f %p'\n"
        f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n"
    )
    second.start()
    assert ask(second, "SELECT count(*) FROM report") == [(1000,)]


def until(true):
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("the log was not kept")


def test_a_segment_is_kept_once_and_never_overwritten(tmp_path):
    one, other, kept = (tmp_path / name for name in ("one", "other", "kept"))
    one.write_bytes(b"1" * 100)
    other.write_bytes(b"2" * 100)
    keep = [subprocess.run([KEEP, path, kept], check=False).returncode for path in (one, one, other)]
    assert keep[:2] == [0, 0]
    assert keep[2] != 0
    assert kept.read_bytes() == one.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "one", "other"]
