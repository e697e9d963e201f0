"""The API describes itself, truly: the document is valid and whole, and what a fuzzer sends by it is answered by it."""

import io
import json
from datetime import timedelta

import pytest
import requests
import schemathesis
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from arbitration.models import Collision
from arbitration.services.drafting import begin_draft
from arbitration.services.simulating import simulate_draft
from finance.models import CommissionPlan
from finance.services.exporting import ask_for_export
from leads.models import InboundMessage, Registration
from leads.privacy import notices
from leads.privacy.requests import take_request
from leads.services import ask_leave, sign_deal, start_import, take_deposit
from people.hooks import EVENTS
from people.models import Robot, Routine
from people.roles import RIGHTS, Role
from people.services.handing_over import open_hand_over
from people.services.routines import lay_out
from people.services.sessions import begin_session
from people.services.single_sign_on import Given, save_provider
from tests import make, procedure, sanctions
from tests.browser.fixtures import DESKTOP, PHONE, axe, too_wide
from tests.browser.people import Person
from tests.leads import inbound
from tests.people.hooked import hook_of
from tests.periods import rewarded
from tests.programs import Program, token
from tests.test_access import LINES
from tests.visits.incidents import keeping, opened
from trail.vault import seal
from visits import services as visiting
from visits.models import Place, Visit

CHECKS = [
    not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_headers_conformance, checks.response_schema_conformance,
]  # fmt: skip


@pytest.fixture(scope="module")
def document():
    """What `manage.py spectacular` prints; a warning is an error. As JSON, which is read in a moment, as YAML in half a minute."""
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=out)
    return json.loads(out.getvalue())


def test_the_document_is_valid_and_knows_every_endpoint(document):
    described = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    wanted = {(line.at, line.method) for line in LINES if line.for_programs and line.name != "api_schema"}
    assert {(_fixed(path), method) for path, method in described} == {(_fixed(path), method) for path, method in wanted}


def _fixed(path):
    """An address up to what stands for something, or asks for some of it."""
    for said, stands_for in (
        ("notebooks/collection", "notebooks/{book}"),
        ("policies/home-decoration", "policies/{pack}"),
        ("periods/202504", "periods/{month}"),
        ("retention/lead", "retention/{code}"),
        ("statements/202504", "statements/{month}"),
    ):
        path = path.replace(said, stands_for)
    return path.partition("{")[0].partition("?")[0]


def test_every_post_documents_its_key_and_every_operation_its_refusals(document):
    for methods in document["paths"].values():
        for method, operation in methods.items():
            names = {parameter["name"] for parameter in operation.get("parameters", ())}
            assert ("Idempotency-Key" in names) == (method == "post")
            refusals = {
                status
                for status, said in operation["responses"].items()
                if "application/problem+json" in said.get("content", {})
            }
            assert refusals >= {"401", "404", "422", "429", "default"} | ({"409"} if method == "post" else set())
            assert {"token": []} in operation["security"]
            assert operation["summary"].isascii() or "撞单" in operation["summary"]


def test_no_address_has_room_for_a_number(document):
    names = {p["name"] for m in document["paths"].values() for o in m.values() for p in o.get("parameters", ())}
    assert names == {
        "Idempotency-Key", "If-Match", "If-None-Match", "Proof", "address", "after", "book", "by", "code", "cursor",
        "day", "delivery", "due", "first", "id",
        "idle_days", "keeper", "kind",
        "last", "least", "letter", "limit", "month", "most", "name", "no", "number", "open", "pack", "party", "range", "receiver",
        "since", "site",
        "source", "stage", "state", "tab", "team", "trigger", "until", "week", "who", "year",
    }  # fmt: skip


def test_the_served_document_is_the_printed_one_in_english_whoever_asks(document, store, at_noon):
    for language in ("zh-CN", "en"):
        answer = Program(token(store.designer), **{"Accept-Language": language}).get("schema")
        assert answer.status_code == 200
        assert answer.json()["paths"].keys() == document["paths"].keys()
        assert "没有" not in answer.content.decode()


# ── fuzzing ──


def of_everything(store):
    """Somebody with every role, so that the fuzzer gets everywhere; and something of each kind to be found."""
    for role in sorted(set(RIGHTS) - {Role.AGENT}):
        here = make.person("everything", "全能", role, store.project)
    make.registered(here, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    visit = make.arrived(store, make.MOMENT)
    case, report = Collision.objects.get(), Registration.objects.get(by=here.user)
    notices.publish_notice(
        here=store.admin,
        text="我们记下姓名和电话，只为接待和判定归属，成交三年后删除",
        text_en="We keep name and number to receive you, and erase them",
        ground="consent",
        at=make.MOMENT,
    )
    notices.record(here=here, customer=report.customer, way="seller", at=make.MOMENT)
    lay_out(at=make.MOMENT)
    leaver = open_hand_over(
        here=store.admin, user=store.sun.user, last_day=make.MOMENT.date(), reason="", at=make.MOMENT
    ).no
    work = Routine.objects.filter(user=here.user).first()
    gate, secret = inbound.gateway(store.admin)
    inbound.post(gate, secret, inbound.mail())
    told = InboundMessage.objects.get()
    told.user, told.state = here.user, told.State.PART
    told.save()
    incident = opened(keeping(store).desk, "complaint", make.MOMENT)
    coming = {
        "site": store.site,
        "on": make.MOMENT.date() + timedelta(days=1),
        "about": None,
        "note": "",
        "present": True,
    }
    expected = visiting.expect(here=here, customer=report.customer, at=make.MOMENT, **coming)
    about = {"here": here, "customer": report.customer, "designer": None, "at": make.MOMENT}
    paid = take_deposit(by=here.user, amount_fen=100_00, **about)
    deal = sign_deal(closer=here.user, amount_fen=100_00, commission_fen=1_00, term_months=None, **about)
    run = start_import(
        here=here, kind="leads", file_name="a.csv", content="姓名,手机号\n陈静,13800002222".encode(), at=make.MOMENT
    )
    draft = begin_draft(here=here, source="home-decoration", at=make.MOMENT)
    tried = simulate_draft(
        here=here, draft=draft, begin=make.MOMENT - timedelta(days=90), end=make.MOMENT, at=make.MOMENT
    )
    asked = take_request(here=here, customer=report.customer, kind="access", identified="看了证件", at=make.MOMENT)
    leave = ask_leave(here=store.li, reason="回访老客户", more=10, at=make.MOMENT)
    return here, {
        "person-requests": asked.no, "looks": leave.pk, "retention": "lead",
        "handovers": leaver, "routines": work.pk, "collisions": case.no, "registrations": report.no, "visits": visit.no,
        "customers": report.customer_id, "inbound": told.pk, "imports": run.no, "notebooks": "collection",
        "deposits": paid.no, "deals": deal.no,
        "policies": {"pack": "home-decoration"}, "policy-drafts": draft.pk, "simulations": tried.pk,
        "exports": ask_for_export(here=here, month="202504", kind="splits", form="csv", at=make.MOMENT).no,
        "incidents": incident.no, "expected": expected.no, "entries": rewarded(store, here).no,
        "periods": {"month": "202504"}, "statements": {"month": "202504", "who": f"p{here.user.pk}"},
        "plans": CommissionPlan.objects.create(project=store.project, rate_bp=250, since=make.MOMENT.date()).pk,
        "appeals": procedure.appealed(store, "13900000055").no, **_at_the_desk(store, here), **_sanctioned(store),
        **_came_in(store, here), "robots": _robot(store), "sites": store.site.pk, "teams": store.team.pk,
        "agencies": make.agency("安居公司").pk,
        "webhooks": {"id": (told := hook_of(store))["hook"], "delivery": int(told["delivery"])},
    }  # fmt: skip


def _came_in(store, here):
    """A system that vouches for people, and a session; nobody answers at that address."""
    given = Given(kind="feishu", name="飞书", address="http://127.0.0.1:9", client="a", agent="c", secret="b")
    provider = save_provider(here=store.admin, given=given, at=make.MOMENT)
    row = begin_session(user=here.user, session_key="k" * 32, way="password", device="", address=None, at=make.MOMENT)
    return {"sign-in-providers": provider.pk, "sessions": row.pk, "people": store.li.user.pk}


def _robot(store):
    """A robot of a group that nobody is asked for: it is off."""
    row = Robot(project=store.project, kind="wecom", name="群", wants=[], on=False, changed_at=make.MOMENT)
    row.sealed_address = seal("https://nowhere.invalid")
    row.save()
    return row.pk


def _at_the_desk(store, here):
    """What was reported of somebody else, and a slip of paper."""
    told = visiting.Reported(kind="non_cooperation", by=store.wang.user, happened_at=make.MOMENT)
    row = visiting.report_conduct(here=store.desk, report=told, at=make.MOMENT)
    paper = visiting.print_paper(here=here, site=store.site, count=1, on=make.MOMENT.date(), at=make.MOMENT)
    shift = make.on_duty(store, store.sun, make.MOMENT)
    return {
        "conduct": row.pk,
        "paper-slips": paper[0].no,
        "shifts": shift.pk,
        "rotation": Place.objects.get(user=store.sun.user).pk,
    }


def _sanctioned(store):
    """A sanction, the accusation it came from, and a reward."""
    made, row = sanctions.accused(store)
    return {"penalties": row.no, "accusations": made.no, "rewards": sanctions.rewarded(store).no}


# Of a file of a case: three things at once that no fuzzer guesses; a person's file: proof. tests/arbitration/ and tests/leads/ try them.
OF_A_FILE = {
    "GET /api/v1/collisions/{no}/files/{id}/{name}",
    "GET /api/v1/accusations/{no}/evidence/{number}/{name}",
    "GET /api/v1/person-requests/{no}/file",
}


def cases(operation, known):
    """Strategies for an operation: what the document allows and what it does not; with a number that there is, too."""
    for mode in schemathesis.GenerationMode:
        yield operation.as_strategy(generation_mode=mode)
    kind = operation.path.split("/")[3]
    if isinstance(several := known.get(kind), dict):
        named = {name: value for name, value in several.items() if f"{{{name}}}" in operation.path}
        yield operation.as_strategy(path_parameters=named)
        return
    for name in ("no", "id", "book"):
        if f"{{{name}}}" in operation.path and kind in known:
            yield operation.as_strategy(path_parameters={name: known[kind]})


def fuzz(site, headers, known, examples, check, ways=slice(None)):
    """Send examples of these ways to make them (`cases`) for every operation; gives each operation with what it answered."""
    schema = schemathesis.openapi.from_url(f"{site}/api/v1/schema", headers=headers)
    tried = set()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        for strategy in list(cases(found.ok(), known))[ways]:
            send(strategy, examples, lambda case: tried.add((case.operation.label, check(case))))
    return tried


def send(strategy, examples, check):
    """So many examples of a strategy, always the same ones."""

    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=strategy)
    def run(case):
        check(case)

    run()


SESSION = requests.Session()  # one connection: a new one for each call costs more than the call


def as_documented(case, **given):
    """Send it; the answer keeps to the document, also where that says «any other refusal»."""
    status = case.call_and_validate(checks=CHECKS, session=SESSION, **given).status_code
    signs = any(parameter.name == "Proof" for parameter in case.operation.headers)  # too often wrongly
    signs = signs or case.operation.path.endswith("/try")  # too often at all
    assert status in {200, 201, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428} | (
        {429} if signs else set()
    ), (
        status,
        case.operation.label,
    )
    return status


def test_whatever_a_fuzzer_sends_is_answered_as_documented(site, at_noon, no_limits, long):
    here, known = of_everything(make.store())
    headers = {"Authorization": f"Bearer {token(here)}"}
    tried = fuzz(
        site, headers, known, 200 if long else 2, lambda case: as_documented(case, headers=headers)
    )  # fmt: skip
    answered = {label for label, status in tried if status < 300} | OF_A_FILE
    assert answered >= {label for label, _status in tried if label.startswith("GET")}, "these were never answered well"
    assert {status for _label, status in tried} >= {200, 404, 422}


def test_without_a_token_a_fuzzer_gets_nothing_and_does_nothing(site, at_noon, long):
    here, known = of_everything(make.store())
    headers = {"Authorization": f"Bearer {token(here)}"}
    rows = Registration.objects.count(), Visit.objects.count()

    def bare(case):
        case.headers.pop("Authorization", None)
        return as_documented(case)

    tried = fuzz(site, headers, known, 50 if long else 1, bare, slice(None, None, 1 if long else 2))
    assert {status for _label, status in tried} <= {401, 404, 405}
    assert {label for label, status in tried if status == 401} == {label for label, _status in tried}
    assert rows == (Registration.objects.count(), Visit.objects.count())


# ── in the browser ──

SWAGGERS_OWN = ("heading-order", "region", "nested-interactive", "scrollable-region-focusable")  # how it is built


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_document_is_read_and_tried_in_the_browser_without_any_other_server(site, open_page, size):
    store, page, asked = make.store(), open_page(locale="en", viewport=size), []
    li = Person(page, site, store.li)
    page.on("request", lambda request: asked.append(request.url))
    page.set_default_timeout(120_000)  # the page of all operations is large
    page.goto(site + "/api/docs")
    page.wait_for_selector(".opblock")
    operations = [line for line in LINES if line.for_programs and line.name != "api_schema"]
    assert page.locator(".opblock").count() == len(operations) + len(EVENTS)  # and what is told to other programs
    assert [found for found in axe(page) if not found.startswith(SWAGGERS_OWN)] == []
    operation = "#operations-registrations-get_registrations"
    page.click(f"{operation} button.opblock-summary-control")
    page.click(f"{operation} .try-out button")
    page.click(f"{operation} button.execute")
    page.wait_for_selector(f"{operation} .live-responses-table tr.response td.response-col_status")
    assert page.inner_text(f"{operation} .live-responses-table tr.response td.response-col_status").startswith("200")
    assert not too_wide(page)
    assert all(url.startswith((site, "data:")) for url in asked)
    li.go("/account/tokens")


def test_a_token_is_made_shown_once_and_revoked_in_the_browser(site, open_page):
    store = make.store()
    li = Person(open_page(locale="en", viewport=PHONE), site, store.li)
    li.go("/account")
    li.click("a[href='/account/tokens']")
    li.page.fill("#id_name", "CRM")
    li.page.check("input[name=scopes][value=register]")
    li.click("form[action='/account/tokens'] button.pri")
    secret = li.page.inner_text(".codes")
    assert Program(secret).get("registrations").status_code == 200
    li.go("/account/tokens")
    assert secret not in li.text()
    assert secret[:9] in li.text()
    li.click("form[action$='/revoke'] button")
    assert Program(secret).get("registrations").status_code == 401
