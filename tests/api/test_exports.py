"""Exports for programs: asked for with proof, looked at, fetched; of somebody else's nothing."""

import pytest

from finance.models import Export
from finance.services import exporting
from tests import exports, make
from tests.arbitration.test_collisions import signed
from tests.programs import program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
ASKED = {"month": "202504", "kind": "splits", "form": "csv"}


@pytest.fixture
def month(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    signed(store, store.li, commission=6_000_01)
    return store


def test_a_program_asks_with_proof_and_fetches_the_file(month):
    bare, client = program(month.finance), program(month.finance, Proof=make.PASSWORD)
    assert bare.post("exports", ASKED).status_code == 403
    answer = client.post("exports", ASKED)
    assert (answer.status_code, answer.json()["state"], answer.json()["rows"]) == (201, "done", 1)
    at = f"exports/{answer.json()['no']}"
    assert answer["Location"] == f"/api/v1/{at}"
    assert bare.get(at).json() == answer.json()
    file = bare.get(f"{at}/file")
    content = make.read(file)
    assert file["Content-Disposition"] == 'attachment; filename="splits-202504.csv"'
    assert exports.rows(content)[1][7] == "6000.01"
    for stranger in (month.general, month.li):
        assert [program(stranger).get(one).status_code for one in (at, f"{at}/file")] == [404, 404]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"month": "202513"}, 422),
        ({"month": "２０２５０４"}, 422),
        ({"kind": "all"}, 422),
        ({"form": "beancount"}, 422),
        ({"whole": True}, 422),
    ],
)
def test_what_cannot_be_exported_is_refused(month, wrong, status):
    assert program(month.finance, Proof=make.PASSWORD).post("exports", ASKED | wrong).status_code == status
    assert not Export.objects.exists()


def test_one_that_failed_is_made_again(month, monkeypatch):
    monkeypatch.setattr(exporting, "SMALL", 0)
    client = program(month.finance, Proof=make.PASSWORD)
    no = client.post("exports", ASKED).json()["no"]
    assert client.get(f"exports/{no}").json()["state"] == "waiting"
    assert client.get(f"exports/{no}/file").status_code == 404
    assert client.post(f"exports/{no}/retry", {}).status_code == 409
    Export.objects.update(state="failed")
    assert client.post(f"exports/{no}/retry", {}).json()["state"] == "waiting"
