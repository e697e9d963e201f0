"""New keys: whatever was sealed is sealed anew, whatever is found by an index is found again, and what stays under an old key is named."""

import base64
import os
import stat
from contextlib import closing
from io import StringIO

import psycopg2
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.management import CommandError, call_command
from django.db import connection

from config.keys import columns, reindexing, resealing
from leads import services
from leads.models import Phone, PreCheck, Registration, WorkPhone
from leads.privacy import erase, freeze, release
from people.models import RecoveryCode
from tests import database, make
from tests.programs import program
from trail import history, vault
from trail.models import Message, Once

OLD, NEW = (base64.urlsafe_b64encode(letter * 32).decode() for letter in (b"o", b"n"))


def rotated(*args):
    out = StringIO()
    call_command("rotate_keys", *args, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def as_owner(committed, settings, tmp_path):
    """The command's own connection: it changes tables that the application may not."""
    settings.GUISHU_ERASURES = str(tmp_path / "erasures.jsonl")
    given = connection.settings_dict
    before = given["USER"]
    connection.close()
    given["USER"] = database.owner().info.user
    yield
    connection.close()
    given["USER"] = before


@pytest.fixture
def sealed_under_the_old_key(settings):
    settings.PHONE_KEYS, settings.INDEX_KEYS = (OLD,), (OLD,)


def without_id(text):
    """As it was sealed before keys had ids."""
    nonce = os.urandom(vault.NONCE)
    return nonce + AESGCM(base64.urlsafe_b64decode(OLD)).encrypt(nonce, text.encode(), None)


def test_every_column_of_bytes_is_sealed_or_indexed_or_neither_on_purpose():
    """A new column must be put into one of the lists: what is sealed and not found here would be lost with its key."""
    others = [columns.INDEXED, columns.KEYED, columns.PLAIN]
    named = {f"{label}.{name}" for table in others for label, names in table.items() for name in names}
    named |= {"trail.Once.body"}
    found = {f"{one.model._meta.label}.{one.name}" for one in columns.of_bytes()}
    assert found - {f"{one.model._meta.label}.{one.name}" for one in columns.sealed()} == named - {"trail.Once.key"}
    numbers = {f"{label}.{name}" for label, name in columns.NUMBERS.items()}
    assert numbers <= {f"{one.model._meta.label}.{one.name}" for one in columns.sealed()}


def test_what_is_sealed_names_its_key_and_what_was_sealed_before_is_tried(settings):
    settings.PHONE_KEYS = (OLD,)
    old = vault.seal("甲")
    assert old[: vault.ID] == vault.key_id(OLD)
    settings.PHONE_KEYS = (NEW, OLD)
    assert vault.unseal(old) == vault.unseal(without_id("甲")) == "甲"
    assert vault.seal("甲")[: vault.ID] == vault.key_id(NEW)
    looks_new = vault.key_id(NEW) + without_id("甲")[vault.ID :]
    with pytest.raises(InvalidTag):
        vault.unseal(looks_new)
    settings.PHONE_KEYS = (NEW,)
    with pytest.raises(InvalidTag):
        vault.unseal(old)


def test_one_without_an_id_that_begins_like_one_with_it_is_opened(settings, monkeypatch):
    settings.PHONE_KEYS = (OLD,)
    monkeypatch.setattr(vault.os, "urandom", lambda size: vault.key_id(OLD).ljust(size, b"x"))
    assert vault.unseal(without_id("甲")) == "甲"


def test_everything_sealed_is_sealed_anew_and_the_old_key_may_go(sealed_under_the_old_key, as_owner, settings):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    phone = Phone.objects.get()
    Phone.objects.update(sealed=without_id(phone.e164))
    settings.PHONE_KEYS = (NEW, OLD)
    assert "the newest key opens everything" in rotated()
    settings.PHONE_KEYS = (NEW,)
    assert Phone.objects.get().e164 == f"+86{make.PHONE}"
    assert Registration.objects.get().number == f"+86{make.PHONE}"
    assert rotated().startswith("sealed anew: 0")
    assert {key for under in resealing.left().values() for key in under} == {vault.key_id(NEW).hex()}
    assert list(history.mistakes()) == [], "and every guard is on again"
    with connection.cursor() as cursor, pytest.raises(Exception, match="append-only"):
        cursor.execute("UPDATE leads_registration SET at = now()")


def test_what_a_frozen_customer_left_comes_back_under_the_new_keys(sealed_under_the_old_key, as_owner, settings):
    store, at = make.store(), make.at("2025-04-01 10:00")
    make.registered(store.li, at)
    customer = make.customer()
    freeze(customer=customer, why="asked", by=store.admin.user, at=at)
    make.registered(store.li, at, number="13700002222", name="钱进")
    erase(
        customer=make.customer("13700002222"), why="asked", by=None, at=at
    )  # of them there is nothing to seal or to find
    settings.PHONE_KEYS = settings.INDEX_KEYS = (NEW, OLD)
    rotated()
    rotated("--index")
    settings.PHONE_KEYS = settings.INDEX_KEYS = (NEW,)
    release(customer=customer, by=store.admin.user, at=at)
    assert Phone.objects.whole(f"+86{make.PHONE}").get().e164 == f"+86{make.PHONE}"
    report = Registration.objects.get(customer=customer)
    assert report.number == f"+86{make.PHONE}"
    assert bytes(report.m34) == vault.index("m34", make.PHONE[:3] + make.PHONE[-4:])


def test_a_run_that_is_broken_off_goes_on_where_it_was(sealed_under_the_old_key, as_owner, settings, monkeypatch):
    store = make.store()
    for n in range(3):
        make.registered(store.li, make.at("2025-04-01 10:00"), number=f"1390000000{n}")
    settings.PHONE_KEYS = (NEW, OLD)
    monkeypatch.setattr(resealing, "AT_ONCE", 1)

    def stop(column, rows):
        if column.table == "leads_phone":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resealing.reseal(stop)
    assert resealing.left()["leads_phone.sealed"] == {vault.key_id(NEW).hex(): 1, vault.key_id(OLD).hex(): 2}
    anew = []
    resealing.reseal(lambda column, rows: anew.append(rows) if column.table == "leads_phone" else None)
    assert sum(anew) == 2


def named(application):
    """A connection of a program that calls itself so, by the application's role."""
    given = connection.get_connection_params() | {"application_name": application}
    return psycopg2.connect(**{name: value for name, value in given.items() if name not in ("cursor_factory",)})


def test_nothing_is_sealed_anew_while_a_program_is_connected_that_lacks_the_newest_key(
    sealed_under_the_old_key, committed, as_owner, settings
):
    make.registered(make.store().li, make.at("2025-04-01 10:00"))
    settings.PHONE_KEYS = (NEW, OLD)
    with closing(named(vault.known_as((OLD,)))), pytest.raises(CommandError, match="1 connections"):
        rotated()
    assert resealing.left()["leads_phone.sealed"] == {vault.key_id(OLD).hex(): 1}
    for other in (vault.known_as((NEW, OLD)), vault.known_as((OLD, NEW)), "psql"):
        with closing(named(other)):
            rotated()
    assert resealing.left()["leads_phone.sealed"] == {vault.key_id(NEW).hex(): 1}


def test_every_connection_is_named_by_the_keys_of_its_program():
    many = tuple(base64.urlsafe_b64encode(bytes([n]) * 32).decode() for n in range(9))
    assert vault.known_as((NEW, OLD)) == f"guishu {vault.key_id(NEW).hex()},{vault.key_id(OLD).hex()}"
    assert len(vault.known_as(many)) <= 63
    assert connection.settings_dict["OPTIONS"]["application_name"].startswith("guishu ")


def test_what_no_key_opens_is_named_and_left(sealed_under_the_old_key, as_owner, settings):
    make.registered(make.store().li, make.at("2025-04-01 10:00"))
    settings.PHONE_KEYS = (NEW,)
    with pytest.raises(CommandError, match="under a key that is not in GUISHU_PHONE_KEY"):
        rotated()
    assert resealing.left()["leads_phone.sealed"] == {"older": 1}


def test_the_application_itself_cannot_rotate(sealed_under_the_old_key, committed, settings):
    make.registered(make.store().li, make.at("2025-04-01 10:00"))
    settings.PHONE_KEYS = (NEW, OLD)
    with pytest.raises(CommandError, match="OWNER_DATABASE_URL"):
        rotated()


def test_every_number_is_found_under_the_new_index_key(sealed_under_the_old_key, as_owner, settings):
    """Whole, masked, by its end; a question that was asked before; a number of the trade. Reports of before meet those of after."""
    store, at = make.store(), make.at("2025-04-01 10:00")
    make.registered(store.li, at)
    services.precheck(here=store.wang, number=make.PHONE, at=at)
    services.precheck(here=store.wang, number="13700009999", at=at)
    WorkPhone.of(store.li.user, "+8613911112222", by=store.admin.user, at=at).save()
    RecoveryCode.objects.create(user=store.li.user, digest=b"0" * 16)
    asked = PreCheck.objects.order_by("pk").last().index
    settings.INDEX_KEYS = (NEW, OLD)
    assert not fits()
    said = rotated("--index")
    assert "leads_precheck.index: 1 about numbers that nobody reported" in said
    assert "recovery codes of 1 people" in said
    assert Message.objects.to(store.li.user.pk).filter(kind="second_factor.codes").exists()
    settings.INDEX_KEYS = (NEW,)
    assert fits()
    assert Phone.objects.whole(f"+86{make.PHONE}").get() == Phone.objects.get()
    assert Phone.objects.ending(make.PHONE[-4:]).exists()
    assert Phone.objects.fitting(make.PHONE[:3] + "****" + make.PHONE[-4:])
    assert WorkPhone.objects.filter(whole=vault.index("whole", "+8613911112222")).exists()
    assert [bytes(p.index) for p in PreCheck.objects.order_by("pk")] == [
        vault.index("whole", f"+86{make.PHONE}"),
        bytes(asked),
    ]
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    assert Phone.objects.count() == 1
    RecoveryCode.objects.create(user=store.li.user, digest=b"1" * 16)
    assert rotated_again(settings) == ""
    assert "recovery codes of 0 people" in rotated("--index")


def rotated_again(settings):
    """A second run finds nothing to do."""
    settings.INDEX_KEYS = (NEW, OLD)
    changed = []
    reindexing.reindex(
        lambda place, rows: changed.append(place) if place.endswith((".whole", ".m34")) and rows else None
    )
    return "".join(changed)


def fits():
    with connection.cursor() as cursor:

        def ask(sql):
            cursor.execute(sql)
            return cursor.fetchone()

        return reindexing.fitting(ask)


def test_half_done_does_not_fit(sealed_under_the_old_key, as_owner, settings, monkeypatch):
    store = make.store()
    for n in range(3):
        make.registered(store.li, make.at("2025-04-01 10:00"), number=f"1390000000{n}")
    settings.INDEX_KEYS = (NEW, OLD)
    monkeypatch.setattr(reindexing, "AT_ONCE", 1)

    def stop(place, rows):
        if place == "leads_phone.whole":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindexing.reindex(stop)
    assert not fits()
    with pytest.raises(CommandError, match="not those of this database"):
        rotated("--check")
    rotated("--index")
    rotated("--check")


def test_indexes_wait_until_the_program_is_stopped(sealed_under_the_old_key, as_owner, settings):
    settings.INDEX_KEYS = (NEW, OLD)
    somebody = database.owner()
    with pytest.raises(CommandError, match="Stop the program first: 1 connections"):
        rotated("--index")
    somebody.close()


@pytest.mark.django_db
def test_one_index_key_alone_cannot_be_rotated(settings):
    settings.INDEX_KEYS = (OLD,)  # who tests may have rotated theirs
    with pytest.raises(CommandError, match="holds one key"):
        rotated("--index")


def test_a_program_that_asks_again_after_the_rotation_is_answered_as_before(committed, settings, at_noon):
    settings.INDEX_KEYS = (OLD,)
    store = make.store()
    sent = {"number": make.PHONE, "name": "张建国"}
    client = program(store.li)
    first = client.post("registrations", sent, key="a" * 20)
    settings.INDEX_KEYS = (NEW, OLD)
    again = client.post("registrations", sent, key="a" * 20)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert Once.objects.count() == 1


def test_a_new_key_comes_before_the_one_that_there_is(settings, tmp_path):
    """In the file that ./guishu keeps, readable by nobody else; where the keys come from elsewhere, it is printed."""
    settings.PHONE_KEYS, settings.BASE_DIR = (OLD,), tmp_path
    out, kept = StringIO(), tmp_path / ".local" / "keys.env"
    call_command("new_key", "phone", stdout=out)
    fresh, old = out.getvalue().strip().removeprefix("GUISHU_PHONE_KEY=").split(":")
    assert (len(base64.urlsafe_b64decode(fresh)), old) == (32, OLD)
    kept.parent.mkdir()
    kept.write_text(f"export GUISHU_SECRET_KEY=x\nexport GUISHU_PHONE_KEY={OLD}\nexport GUISHU_INDEX_KEY={NEW}\n")
    out = StringIO()
    call_command("new_key", "phone", stdout=out)
    assert "start everything anew, then: ./guishu manage rotate_keys\n" in out.getvalue()
    first, phone, last = kept.read_text().splitlines()
    assert (first, last) == ("export GUISHU_SECRET_KEY=x", f"export GUISHU_INDEX_KEY={NEW}")
    assert phone.endswith(f":{OLD}")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["keys.env"]


def test_under_a_new_index_key_nothing_is_started_before_the_indexes_are_computed(settings, tmp_path):
    settings.INDEX_KEYS, settings.BASE_DIR = (OLD,), tmp_path
    kept, out = tmp_path / ".local" / "keys.env", StringIO()
    kept.parent.mkdir()
    kept.write_text(f"export GUISHU_INDEX_KEY={OLD}\n")
    call_command("new_key", "index", stdout=out)
    assert out.getvalue().endswith("stop the program, then: ./guishu manage rotate_keys --index, and start it\n")
