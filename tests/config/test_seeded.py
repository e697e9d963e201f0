"""Many customers by COPY: everything is as the services would have written it, nothing grows with their number."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from arbitration.models import Collision
from config.seed import filling, story
from leads import identity
from leads.models import ClaimKey, Contact, Customer, NotebookEntry, Ownership, Phone, Registration
from leads.models.register import Answer
from leads.services import log_contact, precheck
from people.models import Membership, Project, User
from people.roles import Role
from people.workplace import workplace
from tests import database, make, plans
from trail import clock
from trail.history import mistakes as rewritten
from trail.models import Entry, Mark, Message
from visits.models import Reception, Visit
from visits.services import answer, leave

CUSTOMERS, EVENTS = 2_000, 1_000
MODELS = (Customer, Phone, Registration, Ownership, NotebookEntry, Contact, Visit, Reception, Message, Entry)


def seed(customers=CUSTOMERS, events=EVENTS, processes=1, **more):
    call_command("seed", customers=customers, events=events, processes=processes, **more)


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """Two thousand customers, written by two processes in batches of three hundred; committed."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(filling, "A_BATCH", 300)
        seed(processes=2)
        plans.analyzed()
        yield
        database.fresh()


@pytest.fixture
def seeded(filled, db):
    """The same, in a transaction of the test."""
    return Project.objects.get(code="seed")


def somebody(project, *, but=None, role=Role.SALESPERSON):
    held = Membership.objects.filter(project=project, role=role).exclude(user=but).first()
    return workplace(held.user, project, clock.now())


def test_there_are_as_many_as_were_asked_for_and_each_hangs_together(seeded):
    counts = {model.__name__: model.objects.count() for model in MODELS}
    visits, contacts, reports = 300, 500, 200  # of a thousand events
    assert counts == {
        "Customer": CUSTOMERS, "Phone": CUSTOMERS, "Ownership": CUSTOMERS, "Registration": CUSTOMERS + reports,
        "NotebookEntry": CUSTOMERS + visits, "Contact": contacts, "Visit": visits, "Reception": visits, "Message": visits,
        "Entry": counts["Entry"],
    }  # fmt: skip
    assert Entry.objects.filter(action="lead.register").count() == CUSTOMERS + reports
    assert Entry.objects.filter(action__in=["visit.check_in", "visit.leave"]).count() == 2 * visits
    assert Customer.history.count() == CUSTOMERS
    assert Visit.history.count() == 2 * visits
    assert Registration.objects.filter(answer=Answer.CLEAR).count() == CUSTOMERS
    first = dict(Registration.objects.filter(answer=Answer.CLEAR).values_list("no", "by"))
    assert dict(Ownership.objects.open().values_list("source", "user")) == first


def test_each_ownership_and_each_line_of_the_log_left_its_mark(seeded):
    assert list(rewritten()) == []
    assert Mark.objects.filter(table_name="leads_ownership").count() == CUSTOMERS
    assert Mark.objects.filter(table_name="trail_entry").count() == Entry.objects.count()


def test_nothing_happens_before_its_time_or_in_the_future(seeded):
    now, since = clock.now(), clock.now() - timedelta(days=story.DAYS + 2)
    for model, at in ((Registration, "at"), (Visit, "left_at"), (Contact, "at"), (Entry, "at")):
        assert not model.objects.filter(**{f"{at}__gt": now}).exists(), model
        seeded_ = model.objects.exclude(action="policy.in_force") if model is Entry else model.objects
        assert not seeded_.filter(**{f"{at}__lt": since}).exists(), model
    began = dict(Ownership.objects.values_list("customer", "since"))
    for model, at in ((Registration, "at"), (Visit, "arrived_at"), (Contact, "at")):
        assert all(began[customer] <= when for customer, when in model.objects.values_list("customer", at)), model
    numbered = list(Registration.objects.filter(answer=Answer.CLEAR).order_by("pk").values_list("at", "no"))
    days = {f"{no.split('-')[1]}" for _at, no in numbered}
    assert len(days) > 150


def test_a_customer_is_found_by_whole_number_by_mask_by_the_last_four_and_by_name(seeded):
    phone = Phone.objects.select_related("customer").order_by("pk")[777]
    number = phone.national
    asked = {number: "whole", f"{number[:3]}****{number[-4:]}": "masked", f"{number[:4]}***{number[-4:]}": "masked"}
    for typed, kind in asked.items():
        assert identity.search(seeded, typed) == (kind, [phone.customer]), typed
    kind, found = identity.search(seeded, number[-4:])
    assert kind == "last4"
    assert phone.customer in found
    assert {p.national[-4:] for c in found for p in c.phones.all()} == {number[-4:]}
    initials = identity.search(seeded, phone.customer.initials)[1]
    assert {c.initials[: len(phone.customer.initials)] for c in initials} == {phone.customer.initials}


BIG = ("leads_customer", "leads_phone", "leads_registration", "leads_ownership", "leads_notebookentry")


@pytest.mark.parametrize(
    "typed", ["whole", "masked", "other mask", "last four", "surname", "name", "pinyin", "initials", "letter"]
)
def test_finding_somebody_reads_no_table_from_end_to_end(seeded, typed):
    phone = Phone.objects.select_related("customer").order_by("pk")[1234]
    number, name = phone.national, phone.customer.name
    said = {
        "whole": number, "masked": f"{number[:3]}****{number[-4:]}", "other mask": f"{number[:4]}***{number[-3:]}",
        "last four": number[-4:], "surname": name[0], "name": name, "pinyin": phone.customer.pinyin[:5],
        "initials": phone.customer.initials, "letter": phone.customer.pinyin[0],
    }  # fmt: skip
    with plans.read_through(*BIG) as slow:
        _kind, found = identity.search(seeded, said[typed])
    assert found
    assert slow == []


@pytest.mark.parametrize("masked", [False, True])
def test_asking_and_reporting_read_no_table_from_end_to_end(seeded, masked):
    held = Ownership.objects.open().order_by("pk")[777]
    number, me = held.customer.phones.get().national, somebody(seeded, but=held.user)
    asked = f"{number[:3]}****{number[-4:]}" if masked else number
    with plans.read_through(*BIG) as slow:
        finding, _owner = precheck(here=me, number=asked, at=clock.now())
        make.registered(me, clock.now(), number=asked, name=held.customer.name)
    assert finding.answer in (Answer.TAKEN, Answer.CHECK)
    assert slow == []


def test_reporting_a_seeded_customer_collides_as_any_other_would(seeded):
    held = Ownership.objects.open().order_by("pk").last()
    number, other = held.customer.phones.get().national, somebody(seeded, but=held.user)
    finding, owner = precheck(here=other, number=number, at=clock.now())
    assert (finding.answer, owner) == (Answer.TAKEN, held.user)
    receipt = make.registered(other, clock.now(), number=number, name=held.customer.name)
    assert receipt.registration.answer == Answer.TAKEN
    assert Collision.objects.get().customer == held.customer
    assert {claim.user for claim in Collision.objects.get().claims.all()} == {held.user, other.user}


def test_each_row_fills_the_columns_that_the_services_fill(seeded):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"), number="13511110000")
    customer = make.customer("13511110000")
    visit = make.arrived(
        store, make.at("2025-04-02 10:00"), number="13511110000", asked_for=store.li.user, first_time="first"
    )
    answer(here=store.desk, visit=visit, at=make.at("2025-04-02 10:00"))
    leave(here=store.desk, visit=visit, gift=None, at=make.at("2025-04-02 11:00"))
    log_contact(here=store.li, customer=customer, mode="call", note="", at=make.MOMENT)
    for model in (*MODELS, Customer.history.model, Visit.history.model):
        done = customer if model is Customer else model.objects.order_by("-pk").first()
        like = {name: getattr(done, name) for name in ("action", "kind", "history_type") if hasattr(done, name)}
        copied = model.objects.filter(**like).exclude(pk=done.pk).order_by("pk").first()
        assert filled_in(copied) == filled_in(done), model.__name__
        assert same_detail(copied) == same_detail(done), model.__name__


def filled_in(row):
    """The columns that hold something, but those that say who looked at it afterwards."""
    aside = {"read_at", "history_user_id", "protected_until", "queue_before", "address"}
    return {f.attname for f in row._meta.concrete_fields if getattr(row, f.attname) is not None} - aside


def same_detail(row):
    """What stands in the free part of a row, by its keys."""
    return {key: sorted(getattr(row, key)) for key in ("detail", "facts") if isinstance(getattr(row, key, None), dict)}


def test_the_locks_of_registering_are_there(seeded):
    ends = {bytes(e) for e in Phone.objects.values_list("ends33", flat=True)}
    assert ends <= {bytes(i) for i in ClaimKey.objects.filter(project=seeded).values_list("index", flat=True)}


def test_people_of_the_project_are_at_work_there(seeded):
    assert somebody(seeded, role=Role.FRONT_DESK) is not None
    assert Ownership.objects.values("user").distinct().count() == 12
    assert User.objects.filter(username="seed-salesperson-12").exists()


def test_a_second_time_adds_as_many_others(seeded):
    seed(customers=40, events=10)
    assert Customer.objects.count() == CUSTOMERS + 40
    assert len({phone.e164 for phone in Phone.objects.all()}) == CUSTOMERS + 40
    assert Project.objects.filter(code="seed").count() == 1
    assert list(rewritten()) == []


def test_sequences_go_on_behind_what_was_copied(seeded):
    desk, seller = somebody(seeded, role=Role.FRONT_DESK), somebody(seeded)
    make.registered(seller, clock.now(), number="13511110001")
    for sequence, model in (("visits_visit_id_seq", Visit), ("leads_phone_id_seq", Phone)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(%s)", [sequence])
            assert cursor.fetchone()[0] > model.objects.order_by("-pk").first().pk
    assert desk.may("desk")
