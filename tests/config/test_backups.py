"""A backup is made beside people who write, and brought back whole; what was damaged, or needs other keys, is refused with a sentence."""

import io
import json
import stat
import zipfile
from contextlib import closing

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models
from django.test import Client
from psycopg2 import OperationalError

from config.backups import archive, programs
from leads.models import Customer, Erasure, Phone
from leads.privacy import ERASED_NAME, erase
from tests import database, make
from trail.models import Message


@pytest.fixture
def here(committed, settings, monkeypatch, tmp_path):
    """The commands act on the test's database, and so do those that they start."""
    name = connection.settings_dict["NAME"]
    settings.OWNER_URL, settings.APP_URL = database._owner_url(name), programs.on(settings.APP_URL, name)
    settings.GUISHU_ERASURES = str(tmp_path / "kept" / "erasures.jsonl")
    monkeypatch.setenv("GUISHU_ERASURES", settings.GUISHU_ERASURES)
    monkeypatch.setenv("GUISHU_TEST_SERVER", "1")
    with database._server() as server:  # as ./guishu makes it: a clone is whoever's made it
        server.execute(f'ALTER DATABASE "{name}" OWNER TO "{programs.user_of(settings.OWNER_URL)}"')
    return settings


@pytest.fixture
def aside(here):
    """The name of another database on this server, gone afterwards."""
    name = f"{connection.settings_dict['NAME']}_back"
    yield name
    connection.close()
    with database._server() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def run(*command, typed=None, monkeypatch=None):
    out = io.StringIO()
    if monkeypatch:
        monkeypatch.setattr("builtins.input", lambda: typed)
    call_command(*map(str, command), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def backup(folder):
    folder = folder / "backups"
    run("backup", "--to", folder)
    (path,) = folder.glob(archive.NAMES)
    return path


def granted(name):
    """What whom is allowed on which table, as the server has it."""
    with closing(database.connect(database._owner_url(name))) as line, line.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.grantee::regrole::text, a.privilege_type FROM pg_class c, aclexplode(relacl) a"
            " WHERE relnamespace = 'public'::regnamespace UNION ALL"
            " SELECT c.relname || '.' || attname, a.grantee::regrole::text, a.privilege_type"
            " FROM pg_class c JOIN pg_attribute ON attrelid = c.oid, aclexplode(attacl) a"
            " WHERE relnamespace = 'public'::regnamespace ORDER BY 1, 2, 3"
        )
        return cursor.fetchall()


def changed(path, **given):
    """The same backup with something else in its manifest, or in a part."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(parts[archive.MANIFEST]) | {k: v for k, v in given.items() if k != "part"}
    parts[archive.MANIFEST] = json.dumps(manifest).encode()
    parts[archive.DATABASE] += given.get("part", b"")
    other = path.with_name("other.backup")
    with zipfile.ZipFile(other, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return other


def test_nothing_is_kept_outside_the_database():
    """Else a backup of the database would not be one of everything."""
    fields = [f for model in apps.get_models() for f in model._meta.get_fields() if isinstance(f, models.FileField)]
    assert fields == []


def test_after_a_disaster_everything_is_back_but_who_was_erased_and_nobody_is_logged_in(here, aside, tmp_path):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.li, make.at("2025-04-01 11:00"), number="13700002222", name="钱进")
    client = Client()
    client.force_login(store.li.user)
    path = backup(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {file.name for file in path.parent.iterdir()} == {path.name, archive.ERASURES}
    assert (path.parent / archive.ERASURES).read_bytes() == b"", "nobody was erased yet, and the list says so"
    make.registered(store.li, make.at("2025-04-02 10:00"), number="13900001111")  # after the backup: lost
    erase(customer=make.customer("13700002222"), why="asked", by=None, at=make.at("2025-04-02 11:00"))
    said = run("restore", path, "--into", aside)
    for line in ("all true", "nobody is logged in", "erased again: 1"):
        assert line in said
    assert granted(aside) == granted(connection.settings_dict["NAME"])
    with as_if(aside):
        assert Phone.objects.get().e164 == f"+86{make.PHONE}"
        assert Erasure.objects.get().customer.name == ERASED_NAME
        assert client.get("/account").status_code == 302
        typed = {"username": store.li.user.username, "password": make.PASSWORD}
        assert Client().post("/login", typed).headers["Location"] == "/"
        make.registered(store.wang, make.at("2025-04-03 10:00"))  # and it is worked with, under all its guards
        with pytest.raises(Exception, match=r"append-only|denied"), connection.cursor() as cursor:
            cursor.execute("UPDATE leads_registration SET at = now()")


class as_if:
    """The program works on another database meanwhile."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        connection.close()
        self.before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], self.name

    def __exit__(self, *trouble):
        connection.close()
        connection.settings_dict["NAME"] = self.before


def test_what_differs_is_named_and_the_exit_is_1(here, aside, tmp_path):
    make.registered(make.store().li, make.at("2025-04-01 10:00"))
    path = backup(tmp_path)
    with archive.opened(path) as (_file, manifest):
        counts, seal = manifest.counts, manifest.seal
    other = changed(path, counts=counts | {"leads_phone": 2}, seal=seal[:-1] + ("0" if seal[-1] != "0" else "1"))
    with pytest.raises(CommandError) as said:
        run("restore", other, "--into", aside)
    assert "leads_phone: 2 rows in the backup, 1 here" in str(said.value)
    assert "is not the one that was kept" in str(said.value)


def test_a_backup_that_cannot_be_brought_back_says_why_and_touches_nothing(here, aside, tmp_path, settings):
    make.store()
    path = backup(tmp_path)
    with archive.opened(path) as (_file, manifest):
        known = manifest.migrations
    refused = {
        "was damaged or changed": {"part": b"x"},
        "newer program": {"migrations": [*known, "leads.9999_to_come"]},
    }
    for why, given in refused.items():
        with pytest.raises(CommandError, match=why):
            run("restore", changed(path, **given), "--into", aside)
    for file in (tmp_path / "none.backup", tmp_path / "text.backup"):
        (tmp_path / "text.backup").write_text("hello")
        with pytest.raises(CommandError, match=r"no such file|is no backup"):
            run("restore", file, "--into", aside)
    for name in ("gui;shu", "a/b", "归属", "1st", "x" * 64, "-", "a b"):
        with pytest.raises(CommandError, match="is no name for a database here"):
            run("restore", path, f"--into={name}")
    settings.PHONE_KEYS = ("eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=",)
    with pytest.raises(CommandError, match="not the keys that this backup needs"):
        run("restore", path, "--into", aside)
    with database._server() as server:
        assert not database._there(server, aside)


def test_what_is_there_is_not_overwritten_unless_its_name_is_typed(here, tmp_path, monkeypatch):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    path, name = backup(tmp_path), connection.settings_dict["NAME"]
    make.registered(store.li, make.at("2025-04-02 10:00"), number="13900001111")
    with pytest.raises(CommandError, match="is not empty"):
        run("restore", path)
    with pytest.raises(CommandError, match="Nothing was done"):
        run("restore", path, "--replace", typed="guishu", monkeypatch=monkeypatch)
    with pytest.raises(CommandError, match="Stop the program first"):
        run("restore", path, "--replace", typed=name, monkeypatch=monkeypatch)
    assert Customer.objects.count() == 2
    connection.close()
    assert "all true" in run("restore", path, "--replace", typed=name, monkeypatch=monkeypatch)
    assert Customer.objects.count() == 1


def test_a_machine_that_knows_of_nobody_leaves_the_list_that_lies_beside_the_backups(here, tmp_path):
    (tmp_path / "backups").mkdir()
    known = tmp_path / "backups" / archive.ERASURES
    known.write_bytes(b"of the machine before\n")
    backup(tmp_path)
    assert known.read_bytes() == b"of the machine before\n"


def test_a_role_that_may_make_no_database_hears_what_to_do(here, tmp_path, monkeypatch):
    path = backup(tmp_path)
    with monkeypatch.context() as poorer:
        poorer.delenv("ADMIN_DATABASE_URL")
        poorer.setattr(here, "OWNER_URL", here.APP_URL)
        with pytest.raises(CommandError, match=r"Make drill yourself, owned by \w+, or let ADMIN_DATABASE_URL name"):
            run("restore", path, "--into", "drill")


def test_of_many_the_newest_are_kept_and_a_failed_one_leaves_nothing(here, tmp_path, monkeypatch):
    folder = tmp_path / "backups"
    folder.mkdir()
    names = [f"guishu-2025010{n}-000000.backup" for n in range(1, 5)]
    for name in names:
        (folder / name).touch()
    monkeypatch.setenv("PG_BINDIR", str(tmp_path))
    with pytest.raises(CommandError, match="pg_dump of PostgreSQL"):
        run("backup", "--to", folder, "--keep", 2)
    assert sorted(path.name for path in folder.iterdir()) == names
    monkeypatch.delenv("PG_BINDIR")
    assert run("backup", "--to", folder, "--keep", 2).count("removed: ") == 3
    assert [path.name for path in sorted(folder.glob(archive.NAMES))][:-1] == names[-1:]


def test_of_one_that_failed_the_administrators_hear_and_of_one_that_was_made_nobody(here, tmp_path, monkeypatch):
    store = make.store()
    with monkeypatch.context() as broken:
        broken.setenv("PG_BINDIR", str(tmp_path))
        with pytest.raises(CommandError, match="pg_dump of PostgreSQL"):
            run("backup", "--to", tmp_path / "backups")
    told = [(one.to, one.kind) for one in Message.objects.all()]
    assert told == [(str(store.admin.user.pk), "backup.failed")]
    backup(tmp_path)
    assert Message.objects.count() == 1


def test_where_the_database_is_away_the_command_says_why(here, tmp_path, monkeypatch):
    here.OWNER_URL = "postgresql:///nobody?host=/nowhere"
    monkeypatch.setattr("people.safekeeping.note", unanswered)
    with pytest.raises(OperationalError, match="nowhere"):
        run("backup", "--to", tmp_path / "backups")


def unanswered(**told):
    raise DatabaseError("away")


@pytest.mark.parametrize("most", ["0", "-1"])
def test_none_cannot_be_kept(most):
    with pytest.raises(CommandError, match="at least 1"):
        run("backup", "--keep", most)


def test_a_password_stands_in_no_command_line(monkeypatch):
    began = {}
    monkeypatch.setattr(programs.subprocess, "Popen", lambda args, **more: began.update(args=args, **more))
    programs.start("pg_dump", "postgresql://guishu%40x:s%2Fcret@db.example.com:5433/guishu?sslmode=require")
    assert began["args"] == ["pg_dump", "--dbname=postgresql://guishu%40x@db.example.com:5433/guishu?sslmode=require"]
    assert began["env"]["PGPASSWORD"] == "s/cret"


def test_another_database_on_the_same_server():
    for url, other in {
        "postgresql:///guishu": "postgresql:///drill",
        "postgresql://u:p@%2Frun%2Fpg/guishu?sslmode=require": "postgresql://u:p@%2Frun%2Fpg/drill?sslmode=require",
    }.items():
        assert programs.on(url, "drill") == other
