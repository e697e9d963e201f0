"""What somebody typed is text: every column that holds people's words is filled with markup, and no page lets it through."""

from html.parser import HTMLParser

from django.apps import apps
from django.db import models
from django.template.loader import render_to_string

from people.channels import Letter
from people.roles import RIGHTS
from tests import database, make
from tests.test_access import LINES, NOT_THEIRS, laid_out

MARKUP = "'\"><b id=x>"  # gets out of an attribute of either kind, and is an element; short, so that it fits nearly everywhere
# Columns of the program's own words, which no form fills: kinds, numbers, keys and addresses of things.
OURS = {
    "act", "action", "actor", "agent", "answer", "book", "category", "channel", "clause", "client", "code", "device", "digest",
    "due", "ended", "engine", "event", "external_id", "fact", "failure", "form", "host", "key", "kind", "language",
    "leads_identityquestion.reason", "link", "month", "no", "outcome", "pack", "parameter", "party", "password", "place",
    "policy_id", "role", "row", "rule", "scope", "sentence", "session_key", "source", "stage", "start", "state", "step",
    "time_zone", "to", "trigger", "unit", "username", "version",
}  # fmt: skip
OTHERS_TABLES = ("django_", "auth_", "axes_", "trail_")


def words():
    """Table and column of whatever people write, where the markup fits; and how much fits."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            written = isinstance(field, models.CharField | models.TextField) and not (
                field.choices or field.primary_key
            )
            longest = field.max_length or 200
            table = model._meta.db_table
            ours = field.name in OURS or f"{table}.{field.name}" in OURS or table.startswith(OTHERS_TABLES)
            if written and longest >= len(MARKUP) and not ours:
                yield table, field.column, longest


def fill():
    """Past all guards, as only the administrator of the database can."""
    connection = database.administrator()
    with connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table, column, longest in words():
            cursor.execute(
                f'UPDATE "{table}" SET "{column}" = left(%s || md5(ctid::text), %s) WHERE "{column}" <> \'\'',
                [MARKUP, longest],  # some more, so that names stay unlike
            )
    connection.close()


class Elements(HTMLParser):
    """The elements of a page that somebody's words have become."""

    def __init__(self, page):
        super().__init__()
        self.smuggled = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if ("id", "x") in attrs:
            self.smuggled.append((tag, self.getpos()))


def readers(store):
    """Somebody of each role; who has something of their own where there is one."""
    cast = {
        "salesperson": store.li, "front_desk": store.desk, "manager": store.manager, "general_manager": store.general,
        "finance": store.finance, "administrator": store.admin, "designer": store.designer,
    }  # fmt: skip
    for role in set(RIGHTS) - set(cast):
        organisation = make.agency("安居公司") if role == "agent" else None
        cast[role] = make.person(f"reader_{role}", "新人", role, store.project, organisation=organisation)
    return cast


def test_no_page_takes_what_somebody_typed_for_markup(committed, signed_in, at_noon):
    store = make.store()
    world, cast = laid_out(store), readers(store)
    fill()
    clients, shown = {}, 0
    for line in LINES:
        if line.method != "GET" or line.for_programs:
            continue
        roles = ["salesperson"] if line.name in NOT_THEIRS else sorted(line.who & set(cast)) or ["manager"]
        for role in roles[:2]:
            client = clients.setdefault(role, signed_in(cast[role]))
            answer = client.get(line.at.format_map(world))
            body = make.read(answer)
            if answer.status_code < 400 and answer.get("Content-Type", "").startswith("text/html"):
                assert Elements(body.decode()).smuggled == [], line.at
                shown += b"&lt;b id=x&gt;" in body
    assert shown > 50, "the words were to be seen"


def test_no_mail_does_either():
    letter = Letter(pk=1, sentence=MARKUP, at=make.MOMENT, urgent=False)
    page = render_to_string("people/mail.html", {"letters": [letter], "base": "https://guishu.example"})
    assert Elements(page).smuggled == []
    assert "&lt;b id=x&gt;" in page


def test_the_check_finds_an_element_where_there_is_one():
    assert Elements(f'<p title="{MARKUP}">').smuggled
    assert not Elements("<p title='a'>&lt;b id=x&gt;</p>").smuggled
