"""What nobody rewrites of sanctions, accusations and rewards."""

from django.db import migrations

from trail.operations import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("penalties", "0001_tables"), ("trail", "0002_guards")]

    operations = [
        AppendOnly("Accusation", erasable=("what",), marked=True),
        AppendOnly("AccusationStep", erasable=("text",), marked=True),
        AppendOnly("ProjectRules", marked=True),
        AppendOnly("Reward", erasable=("cooperation", "results"), marked=True),
        AppendOnly("RewardStep", erasable=("text",), marked=True),
        AppendOnly("Sanction", erasable=("fact", "reason"), marked=True),
        AppendOnly("SanctionStep", erasable=("text",), marked=True),
        AppendOnly("Wage", marked=True),
    ]
