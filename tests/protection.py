"""Terms of protection for a test, and who follows a customer now and did before."""

from dataclasses import replace

from leads.models import Ownership
from people.terms import Terms
from tests import make

ESTATE = Terms(protection_days=7)


def terms(world, **changed):
    """The project's terms from now on."""
    world.project.terms_data = replace(ESTATE, **changed).as_json()
    world.project.save()
    for here in (world.xu, world.anju, world.hengxin, world.manager, world.desk):
        here.project.refresh_from_db()
    return world


def held(number=make.PHONE):
    return Ownership.objects.open().get(customer=make.customer(number))


def story(number=make.PHONE):
    """Who followed from when to when, as one can read it."""
    rows = Ownership.objects.filter(customer=make.customer(number)).order_by("since", "pk")
    return [(row.user.username if row.user else row.holder, row.reason, row.ended_for) for row in rows]
