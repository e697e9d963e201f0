"""The pages and the API of a month: closing, reopening, posting, statements; in both languages."""

import re

import pytest

from finance.models import Period, PeriodEvent
from people.models import User
from tests import ledger, make
from tests.periods import APRIL, MAY, all_confirm, april, close, contested, rewarded, shared
from tests.programs import program
from trail import clock

pytestmark = pytest.mark.django_db
CLOSE, REOPEN = f"/period/{APRIL}/close", f"/period/{APRIL}/reopen"


@pytest.fixture
def in_may():
    with clock.standing_at(MAY):
        yield MAY


@pytest.fixture
def ready(store, in_may):
    april(store)
    all_confirm(store)
    return store


def sign(client, **more):
    page = client.get(CLOSE)
    return client.post(
        CLOSE, {"seen": page.context["form"].initial["seen"], "checked": "on", "password": make.PASSWORD, **more}
    )


def test_finance_lands_on_the_month_that_waits_to_be_closed(ready, signed_in):
    client = signed_in(ready.finance)
    assert client.get("/period").url == f"/period/{APRIL}"
    assert sign(client).url == f"/period/{APRIL}"
    assert client.get("/period").url == "/period/202505"
    page = client.get(f"/period/{APRIL}").content.decode()
    assert ("已关账" in page, "关账…" in page) == (True, False)


def test_closing_asks_for_the_tick_and_for_who_signs(ready, signed_in):
    client = signed_in(ready.finance)
    assert sign(client, checked="").status_code == 422
    assert sign(client, password="wrong").status_code == 422
    assert not PeriodEvent.objects.exists()


def field(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.content.decode())[1]


def test_who_was_overtaken_while_looking_over_signs_what_the_page_shows_now(ready, signed_in):
    client = signed_in(ready.finance)
    page = sign(client, seen="0" * 64)
    assert page.status_code == 409
    assert not page.context["form"]["checked"].value()
    assert sign(client, seen=field(page, "seen")).status_code == 302


def test_who_was_overtaken_while_answering_answers_to_the_lines_of_now(store, signed_in, in_may):
    april(store)
    li, at = signed_in(store.li), f"/statements/{APRIL}/p{store.li.user.pk}"
    page = li.post(f"{at}/question", {"seen": "0" * 64, "text": "少了一笔"})
    assert page.status_code == 409
    again = {"seen": page.context["question"]["seen"].value(), "text": "少了一笔"}
    assert li.post(f"{at}/question", again).status_code == 302
    page = li.post(f"{at}/confirm", {"seen": "0" * 64})
    assert li.post(f"{at}/confirm", {"seen": page.context["confirm"]["seen"].value()}).status_code == 302


def test_a_reply_and_a_reason_that_came_second_are_there_to_be_copied(ready, signed_in):
    finance, at = signed_in(ready.finance), f"/statements/{APRIL}/p{ready.li.user.pk}"
    page = finance.post(f"{at}/reply", {"text": "已经补上"})
    assert (page.status_code, "readonly>已经补上</textarea>" in page.content.decode()) == (409, True)
    page = signed_in(ready.general).post(REOPEN, {"reason": "漏了一笔", "password": make.PASSWORD})
    assert (page.status_code, 'value="漏了一笔"' in page.content.decode()) == (409, True)


def test_with_something_open_there_is_nothing_to_sign(store, signed_in, in_may):
    april(store)
    page = signed_in(store.finance).get(CLOSE).content.decode()
    assert "签字并关账" not in page
    assert "2 张，0 已确认，0 有疑问" in page
    assert "还差 1 项" in signed_in(store.finance).get(f"/period/{APRIL}").content.decode()


def test_the_general_manager_reopens_and_finance_cannot(ready, signed_in):
    close(ready)
    assert signed_in(ready.finance).get(REOPEN).status_code == 404
    client = signed_in(ready.general)
    assert "重新打开…" in client.get(f"/period/{APRIL}").content.decode()
    assert client.post(REOPEN, {"reason": "错", "password": make.PASSWORD}).status_code == 422
    assert client.post(REOPEN, {"reason": "有一笔算错了", "password": make.PASSWORD}).status_code == 302
    assert Period.objects.get(month=APRIL).closed_at is None


def test_the_statement_in_both_languages(ready, signed_in):
    client = signed_in(ready.li)
    page = client.get(f"/statements/{APRIL}").content.decode()
    assert ("已确认" in page, "¥6,000.01 × 100%" in page, "怎么算的" in page) == (True, True, True)
    User.objects.filter(pk=ready.li.user.pk).update(language="en")
    page = client.get(f"/statements/{APRIL}").content.decode()
    assert ("Confirmed" in page, "How so?" in page, "提成应付" in page) == (True, True, False)


def test_an_entry_says_the_clause_in_words_or_the_reason(store, signed_in, in_may):
    contested(store)
    shared(store)
    line = next(line for line in ledger.lines() if line.account.holder == store.li.user)
    page = signed_in(store.finance).get(f"/entries/{line.entry.no}").content.decode()
    assert all(word in page for word in ("¥1,999.803333", "33.33%", "改判：两人都跟过", "¥4,000.21"))
    own = signed_in(store.li).get(f"/entries/{line.entry.no}").content.decode()
    assert ("其他各方" in own, "王芳" in own.split("<main")[1]) == (True, False)
    assert signed_in(store.sun).get(f"/entries/{line.entry.no}").status_code == 404


def test_questions_and_replies_on_the_page(store, signed_in, in_may):
    april(store)
    address = f"/statements/{APRIL}/p{store.li.user.pk}"
    mine, finance = signed_in(store.li), signed_in(store.finance)
    seen = mine.get(address).context["question"].initial["seen"]
    assert mine.post(f"{address}/question", {"seen": seen, "text": ""}).status_code == 422
    assert mine.post(f"{address}/question", {"seen": seen, "text": "少了一笔"}).status_code == 302
    assert "少了一笔" in finance.get(address).content.decode()
    assert finance.post(f"{address}/reply", {"text": "在5月里"}).status_code == 302
    assert mine.post(f"{address}/confirm", {"seen": seen}).status_code == 302
    rewarded(store, store.li)
    assert mine.post(f"{address}/confirm", {"seen": seen}).status_code == 409


def test_a_program_reads_closes_and_reopens(ready):
    told = program(ready.finance).get(f"periods/{APRIL}").json()
    assert (told["total"]["due"], told["debit_fen"], told["closed_at"]) == (7_000_01, 7_000_01, None)
    assert {task["code"]: task["blocks"] for task in told["tasks"]}["statements"] is False
    assert program(ready.finance).post(f"periods/{APRIL}/close", {"digest": told["digest"]}).status_code == 403
    proven = program(ready.finance, Proof=make.PASSWORD)
    assert proven.post(f"periods/{APRIL}/close", {"digest": "0" * 64}).json()["code"] == "stale"
    done = proven.post(f"periods/{APRIL}/close", {"digest": told["digest"]})
    assert (done.status_code, done.json()["payable_fen"]) == (200, 7_000_01)
    general = program(ready.general, Proof=make.PASSWORD)
    assert general.post(f"periods/{APRIL}/reopen", {"reason": "有一笔算错了"}).json()["kind"] == "reopen"
    assert program(ready.general).get(f"periods/{APRIL}/figures").json()["sources"][0]["source"] == "uncontested"


def test_a_program_reads_and_answers_a_statement(store, in_may):
    april(store)
    mine, finance = program(store.li), program(store.finance)
    code = mine.get(f"statements/{APRIL}").json()["codes"][0]
    told = mine.get(f"statements/{APRIL}/{code}").json()
    assert [(line["fen"], line["book"]) for line in told["lines"]] == [(6_000_01, "commission"), (500_000_00, "credit")]
    asked = {"kind": "question", "digest": told["digest"], "text": "少了一笔"}
    assert mine.post(f"statements/{APRIL}/{code}/answer", asked).json()["state"] == "questioned"
    assert finance.post(f"statements/{APRIL}/{code}/reply", {"text": "在5月里"}).json()["state"] == "replied"
    agreed = {"kind": "confirm", "digest": told["digest"]}
    assert mine.post(f"statements/{APRIL}/{code}/answer", agreed).json()["state"] == "confirmed"
    entry = mine.get(f"entries/{told['lines'][0]['entry']}").json()
    assert (entry["parts"][0]["fen"], entry["others_fen"]) == (6_000_01, 0)
    assert program(store.wang).get(f"statements/{APRIL}/{code}").status_code == 404
