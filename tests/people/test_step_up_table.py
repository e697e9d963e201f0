"""Step-up is everywhere it must be: each act that signs, exports, reveals or makes a key asks who one is, though one is logged in.

The acts are rows of tests/access.yaml; each is tried by somebody who may, without proof, and must ask for it and do nothing.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings

from arbitration.forms.deciding import SignForm
from penalties.forms.sanctions import AppealDecideForm, DecideForm
from people.roles import Role
from people.stepup import EXPORTING, StepUp
from tests import make
from tests.policy_pages import HOME, form_of
from tests.test_access import LINES, SENT, laid_out

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

# Pages that ask in themselves: the field stands in the answer.
ASKS = {
    "appeal_decide", "policy_draft_publish", "settings_policies_start", "settings_policies_stop",  # signatures
    "reveal", "exports", "period_close", "period_reopen", "period_post",
    "settings_penalties", "person_request_approve", "person_request_release",
    "tokens", "settings_inbound_gateway", "settings_hooks", "settings_signing_in_new", "settings_signing_in_edit",
    "settings_signing_in_duty", "settings_channels_robot_new",
    "settings_person_factor", "settings_person_link", "password", "notices_address", "identity_unlink",
    "second_factor_begin",
}  # fmt: skip
# Files: they lead to /confirm first.
LEADS = {
    "me_csv", "me_xlsx", "books_csv", "books_xlsx", "visits_csv", "visits_xlsx", "cases_csv", "cases_xlsx", "insight_csv",
    "insight_xlsx", "simulation_export", "audit_csv", "identity_link",
    "person_request_file", "settings_signing_in_duty_now",
}  # fmt: skip


def asks(answer):
    """Whether a form of this page wants to know who one is."""
    shown = (value for context in answer.context for layer in context for value in layer.values())
    return any(isinstance(form, StepUp) and form.asks == "password" for form in shown)


def test_whoever_may_is_asked_who_they_are_before_anything_is_done(store, signed_in):
    world, clients, asked = laid_out(store), {}, {}
    for line in LINES:
        wanted = "POST" if line.name in ASKS else "GET"
        if line.name not in ASKS | LEADS or line.method != wanted:
            continue
        role = next(iter(sorted(line.who & set(Role.values))), "salesperson")
        if role not in clients:
            clients[role] = signed_in(make.person(f"step_{role}", "新人", role, store.project))
        client = clients[role]
        url = line.at.format_map(world)
        if line.name == "identity_unlink":
            client = signed_in(store.li)
        given = form_of(client, HOME) if line.name == "settings_policies_start" else SENT
        answer = client.post(url, given) if wanted == "POST" else client.get(url)
        if wanted == "POST":
            asked[line.name] = answer.status_code in (200, 422) and asks(answer)
        else:
            asked[line.name] = answer.status_code == 302 and answer.url.startswith("/confirm?")
    assert asked == dict.fromkeys(ASKS | LEADS, True)


def test_no_link_to_such_a_file_says_download():
    """A browser would save the page that asks who one is under the name of the file, and show nothing."""
    said = set()
    for page in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        said |= set(re.findall(r"""<a\b[^>]*{% url ['"](\w+)['"][^>]*\bdownload\b""", page.read_text("utf-8")))
    assert "import_errors" in said, "nothing is found any more"
    assert said & LEADS == set()


@pytest.mark.parametrize("form", [SignForm, DecideForm, AppealDecideForm])
def test_what_is_looked_at_after_other_mistakes_asks_each_time(form):
    """A ruling and a sanction: their pages show other mistakes first (tests/people/test_step_up.py signs one)."""
    assert issubclass(form, StepUp)
    assert form.within in (None, EXPORTING)
