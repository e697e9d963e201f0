"""The demo: a company after a quarter, the same each time, and nothing in it that the program itself would refuse."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command

from arbitration.models import Collision, Ruling
from finance.models import CommissionLine
from leads.models import Contact, Customer, Deal, Deposit, Registration
from people.models import User
from trail.services import broken_links
from visits.models import Visit


@pytest.mark.django_db
def test_the_demo_is_a_company_after_a_quarter():
    out = StringIO()
    call_command("demo_data", stdout=out)
    events = sum(model.objects.count() for model in (Registration, Visit, Contact, Deposit, Deal, Ruling))
    assert 25 <= User.objects.count() <= 40
    assert 450 <= Customer.objects.count() + Registration.objects.provisional().count() <= 560
    assert events >= 1_200
    assert Collision.objects.count() == 12
    assert set(Counter(Collision.objects.values_list("state", flat=True))) == {"open", "evidence", "escalated", "ruled"}
    assert {"uncontested", "ruling"} <= set(CommissionLine.objects.values_list("basis", flat=True))
    assert Visit.objects.on_site().count() >= 3
    assert broken_links() == []
    call_command("demo_data", stdout=out)
    assert out.getvalue().rstrip().endswith("there already")


def test_the_accounts_are_printed():
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    assert "liqiang" in out.getvalue()
    assert "guishu-demo-2026" in out.getvalue()
