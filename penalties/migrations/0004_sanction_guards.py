"""Facts that nobody edits: a step is followed by another, a rule or a wage by a later one."""

from django.db import migrations

from trail.operations import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("penalties", "0003_sanctions"), ("trail", "0006_history")]

    operations = [
        migrations.DeleteModel("SanctionProposal"),
        AppendOnly("Sanction", marked=True),
        AppendOnly("SanctionStep", marked=True),
        AppendOnly("Accusation", marked=True),
        AppendOnly("AccusationStep", marked=True),
        AppendOnly("Reward", marked=True),
        AppendOnly("RewardStep", marked=True),
        AppendOnly("ProjectRules", marked=True),
        AppendOnly("Wage", marked=True),
    ]
