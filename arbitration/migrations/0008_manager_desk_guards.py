"""A yes or no to written terms is never taken back; when a policy ended otherwise than planned is said once."""

from django.db import migrations

from trail.operations import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("arbitration", "0007_manager_desk"), ("trail", "0001_first")]

    operations = [AppendOnly("PolicyInForce", set_once=("until", "ended_early")), AppendOnly("Confirmation")]
