"""Whatever fails, nobody is told that a customer may be reported, and no claim is lost to a letter that cannot go (ASVS 16.5.3)."""

from contextlib import closing, contextmanager

from django.db import connection
from django.test import Client

from config.backups import programs
from leads.models import Ownership, PreCheck, Registration
from people.models import MailServer
from people.outbox import drain
from tests import database, make
from tests.mailbox import free_port
from tests.outages import away, read_only
from tests.programs import token
from trail import clock
from trail.models import Delivery

ASKED = {"phone": "13700000001", "name": "赵云"}


def as_admin(*statements):
    where = programs.on(database._admin_url(), connection.settings_dict["NAME"])
    with closing(programs.connect(where)) as line, line, line.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def full():
    """The disk of the database is full: what writes a question is told so by the server itself."""
    as_admin(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$",
        "CREATE TRIGGER full_disk BEFORE INSERT ON leads_precheck EXECUTE FUNCTION full_disk()",
        "CREATE TRIGGER full_disk BEFORE INSERT ON leads_registration EXECUTE FUNCTION full_disk()",
    )
    yield
    as_admin("DROP FUNCTION full_disk() CASCADE")


def test_whatever_fails_the_answer_is_never_that_they_may_be_reported(committed, at_noon):
    """Stopped, only to be read, full (G34): 503 that says when to ask again, nothing written, and no word of the inside."""
    store = make.store()
    page, program = Client(raise_request_exception=False), Client(raise_request_exception=False)
    page.force_login(store.li.user)
    program.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token(store.li)}"
    asked = [
        (page, "/register/check", {"text": f"赵云先生 {ASKED['phone']}"}), (page, "/register", ASKED),
        (program, "/api/v1/precheck", {"number": ASKED["phone"]}),
        (program, "/api/v1/registrations", {"number": ASKED["phone"], "name": ASKED["name"]}),
    ]  # fmt: skip
    for outage in (away, read_only, full):
        with outage():
            for who, path, sent in asked:
                answer = ask(who, path, sent)
                assert (outage.__name__, path, answer.status_code) == (outage.__name__, path, 503)
                assert answer.headers["Retry-After"] == "5"
                told = answer.content.decode()
                assert not any(
                    word in told for word in ("可以报备", '"clear"', "Traceback", "psycopg", "INSERT", "full_disk")
                )
        connection.close()
        assert (PreCheck.objects.count(), Registration.objects.count()) == (0, 0)
    for who, path, sent in asked:
        assert ask(who, path, sent).status_code in (200, 201, 302), "and afterwards all of it works"


def ask(who, path, sent):
    if path.startswith("/api"):
        return who.post(path, sent, content_type="application/json")
    return who.post(path, sent)


def test_a_mail_server_that_does_not_answer_takes_no_claim_back(committed):
    now, store = clock.now(), make.store()
    MailServer.objects.create(
        host="127.0.0.1",
        port=free_port(),
        security=MailServer.Security.NONE,
        sender="guishu@example.com",
        changed_at=now,
    )
    store.li.user.email = "li@example.com"
    store.li.user.save()
    make.registered(store.li, now)
    make.registered(store.wang, now)
    drain(at=now)
    assert Ownership.objects.get().user == store.li.user
    assert Registration.objects.count() == 2
    assert Delivery.objects.filter(to=str(store.li.user.pk), state=Delivery.State.WAITING).exists()
