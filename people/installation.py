"""Whether somebody has set the program up here, and the code that lets the first visitor do it."""

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.text import slugify

from people.models import Installation, Organisation, User
from trail import pinyin


def is_set_up() -> bool:
    """Whether an administrator was made here, or people were put in some other way (demo data)."""
    return Installation.objects.exists() or User.objects.exists()


def setup_code() -> str:
    """What the link in the console carries. It follows from the secret key, so that nothing is kept of it."""
    return salted_hmac("people.installation", "first visitor", algorithm="sha256").hexdigest()[:32]


def is_setup_code(given: str) -> bool:
    """Whether this is the code of the console; takes as long for a near miss as for any other."""
    return constant_time_compare(given.strip(), setup_code())


def founded_by(user: User) -> bool:
    """Whether this is the administrator who set the program up."""
    return Installation.objects.filter(administrator=user.pk).exists()


def suggested_code() -> str:
    """A code for the first project, out of the company's short name."""
    own = Organisation.objects.filter(kind=Organisation.Kind.OWN).first()
    return slugify("".join(pinyin.syllables(own.short_name or own.name[:4])))[:24] if own else ""
