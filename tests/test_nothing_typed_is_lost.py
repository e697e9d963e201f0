"""A form that stayed open while somebody else was faster: the sentence stands at its field, and what was written is there to be copied."""

import pytest

from arbitration.models import Appeal, Statement
from penalties import services as sanctions
from penalties.models import Accusation, AccusationStep
from tests import make, procedure
from tests.sanctions import report
from trail import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def case(store):
    return procedure.contested(store)


@pytest.fixture
def accusation(store) -> Accusation:
    """李强 reported 王芳, with words for evidence; 何静 investigates."""
    row = sanctions.file_accusation(here=store.li, report=report(store.wang), at=make.MOMENT)
    sanctions.take_accusation(here=store.manager, accusation=row, at=make.MOMENT)
    return row


def copied(text):
    return f"readonly>{text}</textarea>"


def test_a_statement_sent_twice_is_one_statement(store, case, signed_in):
    li = signed_in(store.li)
    page = li.get(f"/cases/{case.no}").content.decode()
    form = page.split(f'action="/cases/{case.no}/statement"')[1].split("</form>")[0]
    key = form.split('name="key" value="')[1].split('"')[0]
    for _tap in range(2):
        assert li.post(f"/cases/{case.no}/statement", {"key": key, "text": "我先报备的"}).status_code == 302
    assert Statement.objects.count() == 1


def test_why_a_case_is_taken_up_again_stays_at_its_field(store, case, signed_in):
    ruling = procedure.ruled(store, case, when=clock.now())
    page = signed_in(store.general).post(f"/cases/{case.no}/reopen", {"reason": "记录有误" * 600})
    text = page.content.decode()
    assert page.status_code == 422
    assert 'href="#reopen_reason"' in text
    assert 'id="reopen_reason_error"' in text
    Appeal.objects.create(no="SS-1", ruling=ruling, by=store.li.user, reason="不服", at=clock.now())
    page = signed_in(store.general).post(f"/cases/{case.no}/reopen", {"reason": "记录有误"})
    assert page.status_code == 409
    assert copied("记录有误") in page.content.decode()


def test_terms_that_came_after_those_of_the_other_are_there_to_be_copied(store, case, signed_in):
    procedure.written(store, case, by=store.wang)
    page = signed_in(store.li).post(f"/cases/{case.no}/terms", {"terms": "五五分，我来跟", "owner": ""})
    assert page.status_code in (409, 422)
    assert copied("五五分，我来跟") in page.content.decode()


def test_what_stands_in_its_form_is_not_shown_a_second_time(store, case, signed_in):
    ruling = procedure.ruled(store, case, when=clock.now())
    long = "我先报备的" * 500
    page = signed_in(store.li).post(f"/rulings/{ruling.no}/appeal", {"reason": long})
    assert page.status_code == 422
    assert page.content.decode().count(long) == 1


def test_what_was_to_be_put_on_record_of_a_case_ruled_meanwhile_is_not_lost(store, case, signed_in):
    procedure.ruled(store, case, when=clock.now())
    page = signed_in(store.manager).post(f"/cases/{case.no}/record/statement", {"claimed_at": "昨天下午"})
    assert page.status_code in (409, 422)
    assert copied("昨天下午") in page.content.decode()


def test_why_evidence_is_taken_stays_at_its_piece(store, accusation, signed_in):
    url = f"/accusations/{accusation.no}/judge"
    page = signed_in(store.manager).post(url, {"number": 2, "reason": "聊天记录是原件"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "聊天记录是原件</textarea>" in text
    page = signed_in(store.manager).post(url, {"number": 2, "accepted": "yes", "reason": "长" * 400})
    text = page.content.decode()
    assert 'id="judge2_reason_error"' in text
    assert 'href="#judge2_reason"' in text


@pytest.mark.parametrize("step", ["judge", "find", "evidence"])
def test_what_came_after_the_finding_is_not_lost(store, accusation, signed_in, step):
    sanctions.withdraw_accusation(here=store.li, accusation=accusation, at=make.MOMENT)
    who, given = {
        "judge": (store.manager, {"number": "2", "accepted": "yes", "reason": "写了很久"}),
        "find": (store.manager, {"outcome": "dismissed", "severity": "normal", "reason": "写了很久"}),
        "evidence": (store.li, {"text": "写了很久"}),
    }[step]
    page = signed_in(who).post(f"/accusations/{accusation.no}/{step}", given)
    assert page.status_code == 409
    assert copied("写了很久") in page.content.decode()
    assert AccusationStep.objects.filter(accusation=accusation, text="写了很久").count() == 0
