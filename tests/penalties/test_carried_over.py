"""What was only proposed before there were steps is a sanction at its first step (migration 0003)."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection

from arbitration.models import Ruling
from penalties.models import Sanction, SanctionStep
from tests import make, procedure, sanctions

migration = import_module("penalties.migrations.0003_sanctions")


class Before:
    """The rows of the table that went away."""

    def __init__(self, *rows):
        self.rows = list(rows)

    @property
    def objects(self):
        return self

    def order_by(self, _column):
        return self

    def iterator(self):
        return iter(self.rows)


@pytest.mark.django_db
def test_each_proposal_becomes_a_sanction_that_nobody_was_told_of(store):
    ruling = procedure.ruled(store, procedure.contested(store))
    given = {
        "project": store.project, "ruling": ruling.no, "to": store.wang.user, "reason": "抢单", "by": store.manager.user, "at": make.MOMENT,
    }  # fmt: skip
    old = Before(
        SimpleNamespace(kind="fine", amount_fen=500_00, clause="D01-P.a", **given),
        SimpleNamespace(kind="suspension", amount_fen=None, clause="", **given),
        SimpleNamespace(kind="compensation", amount_fen=900_00, clause="D13-6.2", **given),
    )
    models = {"SanctionProposal": old, "Sanction": Sanction, "SanctionStep": SanctionStep, "Ruling": Ruling}
    apps = SimpleNamespace(get_model=lambda _app, name: models[name])
    migration.carry_over(apps, SimpleNamespace(connection=connection))
    rows = Sanction.objects.order_by("pk")
    assert [(row.nature, row.amount_fen, row.days) for row in rows] == [
        ("fine", 500_00, None), ("non_monetary", None, 3), ("loss_compensation", 900_00, None),
    ]  # fmt: skip
    assert {(row.act, row.case, row.no[:10]) for row in rows} == {(ruling.no, ruling.collision.no, "CF-250428-")}
    assert [sanctions.kinds(row) for row in rows] == [["proposed"]] * 3
