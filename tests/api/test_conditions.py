"""ETag, If-None-Match, If-Match: what is known is not sent again, and nobody overwrites what they have not seen."""

import pytest

from arbitration.models import Collision, Ruling
from arbitration.services.drafting import begin_draft
from arbitration.services.opening import touch
from tests import make, periods, procedure
from tests.programs import Program, program, token
from trail import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def matching(here, tag, **more):
    """A program that has read this version; and proves who it acts for."""
    return Program(token(here), **{"If-Match": tag, "Proof": make.PASSWORD, **more})


def problem(answer):
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def draft(store):
    return begin_draft(here=store.general, source="home-decoration", at=make.MOMENT)


@pytest.fixture
def change():
    """A parameter of that draft."""
    return {"name": "lax_days", "value": 10}


def gets(store, draft):
    """Every address whose answer has a tag."""
    procedure.appealed(store, "13900000055")
    periods.april(store)
    return [
        f"policy-drafts/{draft.pk}", "policy-versions", f"collisions/{Collision.objects.first().no}", "periods/202504",
        f"statements/202504/p{store.li.user.pk}",
    ]  # fmt: skip


def test_what_a_program_has_is_not_sent_again(store, draft):
    for path in gets(store, draft):
        here = store.li if path.startswith("statements") else store.general
        first = program(here).get(path)
        assert first.status_code == 200, path
        tag = first["ETag"]
        again = program(here, **{"If-None-Match": f'"0.{"0" * 16}", W/{tag}'}).get(path)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag), path
        assert again["Cache-Control"] == "no-store, private"
        assert program(here, **{"If-None-Match": '"x"'}).get(path).status_code == 200


def test_another_language_is_another_tag_and_the_same_version(store, draft):
    chinese = program(store.general).get(f"policy-drafts/{draft.pk}")["ETag"]
    english = program(store.general, **{"Accept-Language": "en"}).get(f"policy-drafts/{draft.pk}")["ETag"]
    assert chinese.partition(".")[0] == english.partition(".")[0] == '"1'


def test_a_draft_is_changed_by_who_has_seen_it_and_not_by_who_has_not(store, draft, change):
    path = f"policy-drafts/{draft.pk}"
    tag = program(store.general).get(path)["ETag"]
    changed = matching(store.general, tag).post(f"{path}/parameters", change)
    assert changed.status_code == 200
    late = {**change, "value": change["value"] - 1}
    assert problem(matching(store.general, tag).post(f"{path}/parameters", late)) == (412, "changed_meanwhile")
    assert problem(program(store.general).post(f"{path}/parameters", {**late, "seen": 1})) == (409, "draft_changed")
    fresh = program(store.general).get(path)["ETag"]
    assert fresh != tag
    assert matching(store.general, f"W/{fresh}").post(f"{path}/parameters", late).status_code == 200


def test_without_a_version_nothing_is_changed(store, draft, change):
    path = f"policy-drafts/{draft.pk}/parameters"
    for headers in ({}, {"If-Match": "*"}):
        assert problem(program(store.general, **headers).post(path, change)) == (428, "precondition_required")
    for tag in ('"nonsense"', "1", f'"{"f" * 64}.{"0" * 16}"'):
        assert problem(matching(store.general, tag).post(path, change)) == (412, "changed_meanwhile")
    draft.refresh_from_db()
    assert draft.version == 1
    both = program(store.general).post(path, {})  # what else is missing is said with it
    assert {one["field"] for one in both.json()["errors"]} == {"seen", "name", "value"}


def test_a_case_is_ruled_on_as_it_was_read(store):
    case = procedure.contested(store)
    path = f"collisions/{case.no}"
    tag = program(store.manager).get(path)["ETag"]
    touch(case, store.li.user, make.MOMENT)
    ruling = {
        "kind": "otherwise", "reason": "记录清楚", "owner_kind": "person", "owner": store.wang.user.pk, "unheard": True,
        "shares": [{"party": str(store.wang.user.pk), "basis_points": 10_000}],
    }  # fmt: skip
    assert problem(matching(store.manager, tag).post(f"{path}/decision", ruling)) == (412, "changed_meanwhile")
    assert problem(Program(token(store.manager), Proof=make.PASSWORD).post(f"{path}/decision", ruling)) == (
        428,
        "precondition_required",
    )
    assert not Ruling.objects.exists()
    fresh = program(store.manager).get(path)["ETag"]
    assert matching(store.manager, fresh).post(f"{path}/decision", ruling).status_code == 200


def test_a_statement_is_confirmed_and_a_month_closed_as_they_were_read(store):
    periods.april(store)
    path = f"statements/202504/p{store.li.user.pk}"
    tag, month = program(store.li).get(path)["ETag"], program(store.finance).get("periods/202504")["ETag"]
    periods.rewarded(store, store.li)
    with clock.standing_at(periods.MAY):
        confirm = {"kind": "confirm"}
        assert problem(matching(store.li, tag).post(f"{path}/answer", confirm)) == (412, "changed_meanwhile")
        assert problem(matching(store.finance, month).post("periods/202504/close", {})) == (412, "changed_meanwhile")
        assert (
            matching(store.li, program(store.li).get(path)["ETag"]).post(f"{path}/answer", confirm).status_code == 200
        )
        periods.all_confirm(store)
        fresh = program(store.finance).get("periods/202504")["ETag"]
        assert matching(store.finance, fresh).post("periods/202504/close", {}).status_code == 200


def test_the_same_request_under_a_key_is_answered_once_though_the_thing_has_changed_by_it(store, draft, change):
    path = f"policy-drafts/{draft.pk}"
    with_tag = matching(store.general, program(store.general).get(path)["ETag"])
    first = with_tag.post(f"{path}/parameters", change, key="one")
    second = with_tag.post(f"{path}/parameters", change, key="one")
    assert (second.status_code, second.json(), second["Idempotent-Replay"]) == (200, first.json(), "true")
