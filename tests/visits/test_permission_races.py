"""A colleague calls while leave is being taken back. First the proof that the race is there."""

from datetime import timedelta
from threading import Event

from leads import claims
from leads.models import Contact, Customer
from leads.services import log_contact
from tests import make
from tests.racing import at_once, refused_or
from visits.models import Permission
from visits.services import allow, end_permission, leave, permitting

MOMENTS = [make.at(f"2025-03-04 10:{minute:02d}") for minute in range(6)]


def received():
    """李强 received the customer; 王芳 has his leave."""
    store = make.store()
    make.terms(store.project, ask_receiver=True)
    store.project.refresh_from_db()
    visit = make.arrived(store, make.at("2025-03-03 10:00"), hand_to=store.li.user)
    leave(here=store.desk, visit=visit, gift=None, at=make.at("2025-03-03 11:00"))
    return store


def race(store, now, end):
    """The call and the end at the same instant; gives whether the call stands, and whether the leave had held for it."""
    since = now - timedelta(seconds=30)
    given = allow(here=store.li, customer=make.customer(), to=store.wang.user, kind="contact", at=since)
    before = Contact.objects.count()
    came_to = at_once(
        lambda: log_contact(here=store.wang, customer=make.customer(), mode="call", confirmed=True, at=now),
        lambda: end(here=store.li, permission=given, at=now),
    )
    refused_or(came_to)
    given.refresh_from_db()
    called = Contact.objects.order_by("-pk").first() if Contact.objects.count() > before else None
    return called is not None, called is not None and given.ended_at > called.at


def test_without_the_lock_a_call_stands_for_which_the_leave_had_ended(committed, monkeypatch):
    store = received()
    monkeypatch.setattr(claims, "lock_customer", lambda customer: Customer.objects.get(pk=customer.pk))
    in_the_way, looked, ended = permitting.reads.in_the_way, Event(), Event()

    def look(*given):
        found = in_the_way(*given)
        looked.set()
        ended.wait(60)
        return found

    def end(**given):
        looked.wait(60)
        end_permission(**given)
        ended.set()

    monkeypatch.setattr(permitting.reads, "in_the_way", look)
    assert race(store, MOMENTS[0], end) == (True, False), "no race: the test below would prove nothing"


def test_a_call_stands_only_under_leave_that_held(committed):
    store = received()
    for called, held in (race(store, now, end_permission) for now in MOMENTS):
        assert called == held
    assert Permission.objects.filter(ended_at__isnull=True).count() == 0
