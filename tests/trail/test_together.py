"""Several tables read in one statement give what each gives alone."""

import pytest
from django.db import connection
from django.db.models import Count, DurationField, F
from django.test.utils import CaptureQueriesContext

from arbitration.models import Collision, PolicyVersion, Ruling
from leads.models import Contact, Customer, Registration
from people.models import Membership, Team, User
from tests import make
from trail.models import Entry
from trail.together import fill
from visits.models import Visit

pytestmark = pytest.mark.django_db


def read(store):
    """A queryset of each kind: keys, times, days, bytes, JSON, arrays, what is related, what is reckoned, what is empty."""
    return [
        Registration.objects.select_related("customer", "by", "organisation").order_by("-at"),
        Visit.objects.select_related("site", "asked_for").order_by("pk")[:1],
        Entry.objects.order_by("pk"),
        PolicyVersion.objects.order_by("pk"),
        Membership.history.order_by("history_id"),
        User.objects.annotate(n=Count("memberships"), last=F("memberships__since")).order_by("pk", "last"),
        Customer.objects.values_list("pk", "created_at", named=False),
        Team.objects.filter(pk__in=[]),
        Contact.objects.filter(by=store.li.user).values("pk"),
        Collision.objects.prefetch_related("claims"),
        Ruling.objects.all(),
    ]


def plain(value):
    return bytes(value) if isinstance(value, memoryview) else value


def test_each_comes_out_as_it_would_alone(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.MOMENT)
    together, alone = read(store), read(store)
    with CaptureQueriesContext(connection) as asked:
        fill(*together)
    assert len(asked) == 1
    for one, other in zip(together, alone, strict=True):
        with CaptureQueriesContext(connection) as asked:
            rows = list(one)
        assert len(asked) <= bool(one._prefetch_related_lookups)
        assert rows == list(other)
        for mine, theirs in zip(rows, other, strict=True):
            if hasattr(mine, "_meta"):
                names = [field.attname for field in mine._meta.concrete_fields]
                assert [plain(getattr(mine, n)) for n in names] == [plain(getattr(theirs, n)) for n in names]


def test_what_is_read_already_is_not_read_again(store):
    users = User.objects.all()
    list(users)
    with CaptureQueriesContext(connection) as asked:
        fill(users, User.objects.none())
    assert not asked.captured_queries


def test_a_kind_that_json_cannot_bring_back_is_refused(store):
    spans = Membership.objects.annotate(span=F("since") - F("since")).values_list("span")
    assert isinstance(spans.query.annotations["span"].output_field, DurationField)
    with pytest.raises(TypeError):
        fill(spans)
