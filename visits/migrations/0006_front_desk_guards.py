"""What nobody edits of a visit: how it was corrected, slips and signatures, gifts handed out, leave given, conduct reported."""

from django.db import migrations

from trail.operations import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("visits", "0005_front_desk"), ("trail", "0005_renaming")]

    operations = [
        AppendOnly("Correction"),
        AppendOnly("GiftMove"),
        AppendOnly("PaperSlip", free=("void_note",), set_once=("visit_id", "voided_at")),
        AppendOnly("Slip"),
        AppendOnly("Signature"),
        AppendOnly("Permission", set_once=("ended_at",), moves=("customer_id",)),
        AppendOnly("Conduct", moves=("customer_id",)),
    ]
