"""What an agency reads of customers who are not its own: what it reported itself, and beyond its limit not even what came of that."""

import re
from datetime import timedelta

import pytest

from arbitration.models import Collision
from leads import services, vault
from leads.models import Customer, NotebookEntry, Ownership, PreCheck, Registration
from leads.privacy import notices
from leads.reads import customer_or_404
from leads.services.precheck import TRIES_OF_A_MASK
from leads.services.reviewing import review_report
from tests import make
from tests.leads.test_importing import imported
from tests.programs import program
from trail.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon", "no_limits")]
TAKEN, FREE = "13909003333", "13908003333"  # behind one 前三后四
LATER = [make.MOMENT + timedelta(minutes=n) for n in (1, 2)]
PAGES = (
    "/me", "/me?state=soon", "/me?state=gone", "/me?state=lacking", "/me?stage=develop", "/me?source=agency", "/me/print", "/inbox",
    "/expected", "/inbound", "/import", "/accusations",
)  # fmt: skip
ANSWERS = (
    "registrations", "notebooks/collection", "notebooks/collection?state=soon", "notebooks/collection?state=gone", "collisions",
    "messages", "expected", "tasks",
)  # fmt: skip
NO, ID = re.compile(r"[A-Z]{2}-\d{6}-\d{4,}"), re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def tried(estate):
    """An agent has used up the tries behind one mask."""
    for n in range(TRIES_OF_A_MASK):
        make.registered(estate.anju, make.MOMENT, number=f"1390{n}003333", name="前人")


def said(client, paths, names):
    """Lines of these pages that name one of two customers, without what tells any two lines apart: names, numbers, ids, minutes."""
    found = {name: [] for name in names}
    for path in paths:
        shown = client.get(path)
        assert shown.status_code == 200, path
        text = make.read(shown).decode()
        for piece in re.split(r"<li|\{\"no\"|\{\"id\"", text):
            for name in (one for one in names if one in piece):
                plain = re.sub(r"\"id\":\s*\d+|14:0\d|:\s*\d+,", "", ID.sub("", NO.sub("", piece))).replace(name, "")
                found[name].append((path, plain.split("</li>")[0].split("}")[0]))
    return list(found.values())


@pytest.fixture
def beyond(estate):
    """Beyond its limit an agent reports a customer of the house, and somebody whom nobody knows."""
    make.registered(estate.xu, make.at("2025-04-27 10:00"), number=TAKEN, name="王建国")
    tried(estate)
    make.registered(estate.anju, LATER[0], number=TAKEN, name="甲某某")
    make.registered(estate.anju, LATER[1], number=FREE, name="乙某某")
    return estate


def test_beyond_the_limit_nothing_says_what_a_report_came_to(beyond, signed_in):
    page, asks = signed_in(beyond.anju), program(beyond.anju).client
    for client, paths in ((page, PAGES), (asks, [f"/api/v1/{path}" for path in ANSWERS])):
        taken, free = said(client, paths, ("甲某某", "乙某某"))
        assert taken, "there is something to read"
        assert taken == free
    case = Collision.objects.get()
    assert [row.user for row in case.claims.order_by("pk")] == [beyond.xu.user, beyond.anju.user], (
        "it counts all the same"
    )
    assert page.get(f"/cases/{case.no}").status_code == 404
    assert asks.get(f"/api/v1/collisions/{case.no}").status_code == 404
    for customer in (make.customer(TAKEN), make.customer(FREE)):
        assert page.get(f"/customers/{customer.pk}").status_code == 404
    receipts = [
        page.get(f"/register/{row.no}").content.decode()
        for row in Registration.objects.filter(name__in=["甲某某", "乙某某"])
    ]
    assert not [text for text in receipts if "/customers/" in text]
    told = Message.objects.filter(to=str(beyond.anju.user.pk))
    assert [row.kind for row in told] == ["lead.registered"] * TRIES_OF_A_MASK, (
        "of those within the limit, and of nothing else"
    )


def test_numbers_of_receipts_do_not_say_that_a_case_was_opened_in_between(beyond):
    make.registered(beyond.anju, LATER[1] + timedelta(minutes=1), number="13907003333", name="丙某某")
    rows = Registration.objects.filter(name__in=["甲某某", "乙某某", "丙某某"]).order_by("pk")
    taken, free, last = (int(row.no[-4:]) for row in rows)
    assert (free - taken, last - free) == (1, 1)


def test_searching_the_notebook_tells_two_reports_beyond_the_limit_apart_by_nothing(beyond, signed_in):
    page = signed_in(beyond.anju)
    for text in ("王", "wang", "wjg"):
        assert "找到 0 条" in page.post("/me", {"q": text}).content.decode()
    for text in (TAKEN, FREE, "甲某", "乙某"):
        assert "找到 1 条" in page.post("/me", {"q": text}).content.decode(), text


def test_an_import_says_of_no_row_beyond_the_limit_what_it_came_to(estate, signed_in):
    make.registered(estate.xu, make.at("2025-04-27 10:00"), number=TAKEN, name="王建国")
    tried(estate)
    rows = f"姓名,称呼,手机号,报备公司\n甲某某,先生,{TAKEN},安居公司\n乙某某,先生,{FREE},安居公司\n王建国,先生,13700001111,安居公司\n"
    run = imported(estate.anju, rows)
    assert run.counts == {"check": 2, "new": 1}, (
        "the last one shares a name with somebody, and an agency is not told so"
    )
    assert [(row.line, row.outcome) for row in run.lines.exclude(outcome="head").order_by("line")] == [
        (2, "check"),
        (3, "check"),
    ]
    shown = signed_in(estate.anju).get(f"/import/{run.no}").content.decode()
    assert "已有人" not in shown
    assert Collision.objects.count() == 1, "it counts all the same"


def test_a_receipt_beyond_the_limit_does_not_say_that_the_customer_had_arrived(estate):
    make.arrived(estate, make.at("2025-04-28 10:00"), number=TAKEN)
    tried(estate)
    late = program(estate.anju).post(
        "registrations", {"number": TAKEN, "name": "王", "honorific": "先生", "company": "安居公司"}
    )
    free = program(estate.anju).post(
        "registrations", {"number": FREE, "name": "王", "honorific": "先生", "company": "安居公司"}
    )
    assert Registration.objects.get(no=late.json()["no"]).arrived_at
    told = [(one.json()["answer"], one.json()["late"], one.json()["secured"]) for one in (late, free)]
    assert told == [("check", "", False)] * 2


def test_once_somebody_has_approved_the_reports_their_reporter_reads_what_they_came_to(beyond, signed_in):
    page = signed_in(beyond.anju)
    for report in Registration.objects.filter(name__in=["甲某某", "乙某某"]):
        review_report(here=beyond.manager, report=report, approved=True, why="", at=LATER[1])
    states = {row["name"]: row["state"] for row in program(beyond.anju).get("notebooks/collection").json()["results"]}
    assert (states["甲某某"], states["乙某某"]) == ("other", "mine")
    answers = {row["name"]: row["answer"] for row in program(beyond.anju).get("registrations").json()["results"]}
    assert (answers["甲某某"], answers["乙某某"]) == ("taken", "clear")
    assert page.get(f"/customers/{make.customer(FREE).pk}").status_code == 200
    assert page.get(f"/cases/{Collision.objects.get().no}").status_code == 200


def test_whoever_is_asked_for_evidence_reads_the_case_though_nobody_approved_the_report(beyond, signed_in):
    page, case = signed_in(beyond.anju), Collision.objects.get()
    assert page.get(f"/cases/{case.no}").status_code == 404
    Collision.objects.update(state=Collision.State.EVIDENCE)
    assert page.get(f"/cases/{case.no}").status_code == 200


def test_a_report_that_was_sent_back_tells_no_more_than_before(beyond, signed_in):
    for report in Registration.objects.filter(name__in=["甲某某", "乙某某"]):
        review_report(here=beyond.manager, report=report, approved=False, why="查太多了", at=LATER[1])
    rows = program(beyond.anju).get("notebooks/collection").json()["results"]
    assert {(row["state"], row["customer"]) for row in rows if row["name"] != "前人"} == {("check", None)}


# ── within the limit: somebody whom others follow ──


@pytest.fixture
def anothers(estate):
    """A customer of the house with a profile, who was told and has kin; an agent has reported them under a bare surname."""
    make.registered(estate.xu, make.at("2025-04-27 10:00"), number=TAKEN, name="王建国")
    make.registered(estate.xu, make.at("2025-04-27 10:00"), number="13700001111", name="李小梅")
    text = {"text": "我们会记下姓名和手机号，用来联系你，别的不做。", "text_en": "", "ground": "consent"}
    notices.publish_notice(here=estate.manager, at=make.at("2025-04-27 10:00"), **text)
    customer = make.customer(TAKEN)
    notices.tell_now(here=estate.xu, customer=customer, at=make.at("2025-04-27 11:00"))
    known = {
        "needs": "三居室朝南",
        "intent": "想月底定",
        "region": "城北大道",
        "industry": "做建材的",
        "stage": "quote",
    }
    services.keep_profile(here=estate.xu, customer=customer, at=make.MOMENT, **known)
    kin = {"other": make.customer("13700001111"), "staff": None, "kind": "friend"}
    services.relate(here=estate.xu, customer=customer, at=make.MOMENT, **kin)
    services.add_number(here=estate.xu, customer=customer, number="13611119999", proof="本人短信", at=make.MOMENT)
    make.registered(estate.anju, make.MOMENT, number=TAKEN, name="王")
    return estate


OTHERS = (
    "建国", "三居室", "月底定", "城北", "建材", "许平", "5月5日", "05-05", "04-27", "4月27日", "李**", "小梅", "9999", "朋友</",
)  # fmt: skip


def test_an_agency_reads_of_anothers_customer_what_it_reported_itself(anothers, signed_in):
    pk = make.customer(TAKEN).pk
    page, asks = signed_in(anothers.anju), program(anothers.anju).client
    for path in (
        "/me",
        "/me/print",
        f"/customers/{pk}",
        f"/customers/{pk}/expect",
        f"/customers/{pk}/request",
        f"/customers/{pk}/provided",
    ):
        shown = page.get(path)
        text = shown.content.decode()
        assert shown.status_code == 200, path
        said_of_us = re.sub(r"<option.*?</option>", "", text)
        assert [word for word in OTHERS if word in said_of_us] == [], path
        assert "王" in text
    (line,) = asks.get("/api/v1/notebooks/collection").json()["results"]
    told = (line["name"], line["number"], line["state"], line["protected_until"], line["stage"], line["letter"])
    assert told == ("王", "*******3333", "other", None, "develop", "")
    assert asks.get(f"/api/v1/customers/{pk}/basis").status_code == 404
    assert asks.get(f"/api/v1/customers/{pk}/profile").status_code == 403
    words = asks.post(f"/api/v1/customers/{pk}/basis", {}, content_type="application/json").json()
    assert (words["by"]["name"], words["at"][:10]) == ("高翔", "2025-04-28")
    seen = signed_in(anothers.xu).get(f"/customers/{pk}").content.decode()
    assert all(word in seen for word in ("建国", "三居室", "李小梅", "9999")), "whoever follows them reads it all"


def test_no_file_of_a_notebook_has_what_others_know(anothers, signed_in):
    sheet = make.read(make.proven(signed_in(anothers.anju)).get("/me/book.csv")).decode()
    assert "3333" in sheet
    assert [word for word in OTHERS if word in sheet] == []


def test_no_search_and_no_filter_asks_what_others_know(anothers, signed_in):
    page, asks = signed_in(anothers.anju), program(anothers.anju)
    for text in ("王建", "wangjianguo", "wjg", "13611119999", "9999"):
        assert "找到 0 条" in page.post("/me", {"q": text}).content.decode(), text
        assert asks.post("notebooks/collection/search", {"text": text}).json()["results"] == [], text
    for query in ("stage=quote", "source=field", "letter=A"):
        assert asks.client.get(f"/api/v1/notebooks/collection?{query}").json()["results"] == [], query
    (found,) = asks.post("notebooks/collection/search", {"text": "139****3333"}).json()["results"]
    assert found["name"] == "王"


def test_what_an_agency_is_told_of_somebody_is_never_stored(anothers):
    drawn = customer_or_404(anothers.anju, make.customer(TAKEN).pk)
    assert drawn.name == "王"
    with pytest.raises(TypeError):
        drawn.save()
    assert Customer.objects.get(pk=drawn.pk).name == "王建国"


def test_a_colleague_who_does_not_follow_a_customer_reads_no_profile_in_the_notebook_either(store):
    make.registered(store.li, make.at("2025-04-27 10:00"))
    customer = make.customer()
    known = {"needs": "三居室朝南", "intent": "", "region": "", "industry": "", "stage": "quote"}
    services.keep_profile(here=store.li, customer=customer, at=make.MOMENT, **known)
    make.registered(store.wang, make.MOMENT)
    asks = program(store.wang)
    (line,) = asks.get("notebooks/collection").json()["results"]
    assert (line["stage"], line["state"], line["name"]) == ("develop", "other", "张建国")
    make.terms(store.project, disclose_owner=False)
    assert asks.get("notebooks/collection").json()["results"][0]["protected_until"] is None


def test_whoever_followed_a_customer_reads_no_more_than_they_reported_once_it_is_over(estate):
    make.registered(estate.anju, make.at("2025-04-10 10:00"), number=FREE, name="王")
    Customer.objects.filter(pk=make.customer(FREE).pk).update(name="王建国")
    assert Ownership.objects.get().protected_until < make.MOMENT
    (line,) = program(estate.anju).get("notebooks/collection").json()["results"]
    assert (line["name"], line["state"]) == ("王", "lapsed")
    assert NotebookEntry.objects.count() == 1


def test_a_party_of_an_agency_reads_before_the_ruling_that_somebody_came_and_not_who_of_the_house_received_them(
    anothers, signed_in
):
    visit = make.arrived(anothers, make.MOMENT, number=TAKEN, name="王建国", asked_for=anothers.xu.user)
    case = Collision.objects.get()
    shown = signed_in(anothers.anju).get(f"/cases/{case.no}").content.decode()
    assert visit.no in shown
    assert "找 许平" not in shown
    assert "找 许平" in signed_in(anothers.manager).get(f"/cases/{case.no}").content.decode()


def test_no_reminder_tells_an_agency_that_a_report_beyond_its_limit_gave_it_the_customer(beyond):
    held = Ownership.objects.get(customer=make.customer(FREE))
    near = held.protected_until - timedelta(hours=2)
    assert services.warn_ending(at=near) == 1
    told = Message.objects.filter(to=str(beyond.anju.user.pk), kind="protection.ending")
    assert [row.facts["names"] for row in told] == ["前**、前**、前**"]


def test_a_number_that_is_added_says_nothing_of_whose_it_is_and_counts_as_a_try(estate, signed_in):
    make.registered(estate.xu, make.at("2025-04-27 10:00"), number=TAKEN, name="王建国")
    make.registered(estate.anju, make.MOMENT, number="13600001111", name="钱大")
    page, address = signed_in(estate.anju), f"/customers/{make.customer('13600001111').pk}"
    shown = {}
    for number in (TAKEN, FREE):
        assert page.post(f"{address}/number", {"phone": number, "proof": "本人短信"}).status_code == 302
        text = page.get(address).content.decode()
        assert "139****3333" in text
        shown[number] = text.count("与人合用")
    assert shown == {TAKEN: 0, FREE: 0}
    assert "与人合用" in signed_in(estate.manager).get(address).content.decode()
    assert (
        PreCheck.objects.filter(by=estate.anju.user, over=False, bucket=vault.first3_last4("139", "3333")).count() == 2
    )
    for n in range(TRIES_OF_A_MASK):
        page.post(f"{address}/number", {"phone": f"1390{n}003333", "proof": "本人短信"})
    assert PreCheck.objects.filter(by=estate.anju.user, over=True).count() == 2, "somebody is told of it"
