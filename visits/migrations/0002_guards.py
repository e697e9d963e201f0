"""What nobody rewrites of visits, turns, slips and conduct."""

from django.db import migrations

from trail.operations import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_tables"), ("trail", "0002_guards")]

    operations = [
        AppendOnly("Conduct", moves=("customer_id",), erasable=("what",)),
        AppendOnly("ConductAnswer", erasable=("what",)),
        AppendOnly("ConductFinding", erasable=("reason",)),
        AppendOnly("Correction", erasable=("old", "new", "sealed_old", "reason")),
        AppendOnly("GiftMove", erasable=("note",)),
        AppendOnly("PaperSlip", set_once=("visit_id", "voided_at"), free=("void_note",)),
        AppendOnly("Permission", set_once=("ended_at",), moves=("customer_id",), erasable=("note",)),
        AppendOnly("Signature", erasable=("name",)),
        AppendOnly("Slip"),
        AppendOnly("TurnChange"),
    ]
