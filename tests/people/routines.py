"""Short ways to periodic work: laid out at a moment, somebody in touch with a customer."""

from leads.models import Contact
from leads.services import log_contact
from people.models import Routine
from people.services.routines import lay_out
from tests import make


def laid_out(store, kind, when, here=None):
    """The piece of work of a kind that stands on the list at this moment."""
    lay_out(at=make.at(when))
    rows = Routine.objects.filter(project=store.project, kind=kind, user=here and here.user)
    return rows.order_by("-period_from").first()


def contact(here, number, when, mode=Contact.Mode.CALL, note=""):
    """`here` was in touch with the customer of this number."""
    return log_contact(
        here=here, customer=make.customer(number), mode=mode, note=note, at=make.at(when), confirmed=True
    )


def text(response):
    """The page."""
    return response.content.decode()
