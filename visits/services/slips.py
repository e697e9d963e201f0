"""客户到访确认单: issued once for the record as it stands, and signed by the customer on their own phone (D07-8.2b, D01-1)."""

import secrets
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits.models import Signature, SiteRules, Slip, Visit
from visits.rules import rules_of
from visits.services.departures import closing_of
from visits.slips import with_code

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 and O, no 1 and I: somebody may have to type them
LENGTH = 16
LASTS = timedelta(hours=24)  # after the site closes
SALT = "visits.slips"


@transaction.atomic
def issue_slip(*, here: Workplace, visit: Visit, at: datetime) -> Slip:
    """The slip of the visit's present revision; made once. Its number is the visit's, its code what anybody can check.

    A slip of an earlier revision no longer holds from the correction on. Raises Refusal for a visit of another project (404).
    """
    locked = Visit.objects.select_for_update(no_key=True).get(pk=visit.pk)
    if locked.project_id != here.project.pk:
        raise Refusal("not_yours", _("没有这一项，或不归你看"), status=404)
    known: Slip | None = locked.slips.filter(revision=locked.revision).first()
    if known:
        return known
    code = "".join(secrets.choice(LETTERS) for _i in range(LENGTH))
    slip: Slip = Slip.objects.create(
        visit=locked, revision=locked.revision, code=code, issued_by=here.user, issued_at=at
    )
    trail.note(
        by=here.user.pk, action="slip.issue", subject=f"visit:{locked.no}", at=at, project=here.project.code,
        revision=locked.revision,
    )  # fmt: skip
    return slip


def ticket(slip: Slip, at: datetime) -> str:
    """What the QR code on the desk's screen carries so that whoever stands there may sign; not printed on the slip.

    It counts for this slip until 24 hours after the site next closes. No personal data in it.
    """
    until = closing_of(slip.visit.site, at) + LASTS
    return signing.Signer(salt=SALT).sign_object({"s": slip.pk, "t": int(until.timestamp())})


def admitted(code: str, token: str, at: datetime) -> Slip:
    """The slip that a ticket lets somebody sign. Raises Refusal: ticket_broken (404), ticket_over (404)."""
    try:
        said = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        said = {}
    slip = with_code(code).filter(pk=said.get("s", 0)).first()
    if slip is None:
        raise Refusal("ticket_broken", _("这个签字码不对。让前台再出一张"), status=404)
    if at.timestamp() > said["t"]:
        raise Refusal("ticket_over", _("这个签字码过期了。让前台再出一张"), status=404)
    return slip


@transaction.atomic
def sign_slip(*, slip: Slip, name: str, agreed: bool, at: datetime) -> Signature:
    """The customer signs, once: their name, typed, and a tick. After a correction the new slip is signed anew.

    Raises Refusal: name_missing, not_agreed, not_by_phone, slip_over, signed_already (409).
    """
    visit = Visit.objects.select_for_update(no_key=True, of=("self",)).select_related("site").get(pk=slip.visit_id)
    if rules_of(visit.site).signing != SiteRules.Signing.PHONE:
        raise Refusal("not_by_phone", _("这里不在手机上签"), status=409)
    if slip.revision != visit.revision:
        raise Refusal("slip_over", _("登记刚更正过，让前台再出一张确认单"), status=409)
    if Signature.objects.filter(slip=slip).exists():
        raise Refusal("signed_already", _("已经签过了"), status=409)
    if not name.strip():
        raise Refusal("name_missing", _("写上您的姓名"), field="name")
    if not agreed:
        raise Refusal("not_agreed", _("内容没错的话，打上勾再签"), field="agreed")
    signature: Signature = Signature.objects.create(slip=slip, name=name.strip()[:80], at=at)
    trail.note(by="customer", action="slip.sign", subject=f"visit:{visit.no}", at=at, project=visit.project.code)
    return signature
