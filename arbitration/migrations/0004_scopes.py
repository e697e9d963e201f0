"""Several policies in a project, each with its scope; and the facts that decided beside each ruling."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("arbitration", "0003_agencies")]

    operations = [
        # What was in force before decided on customers between the house's own people.
        migrations.AddField(
            model_name="policyinforce",
            name="scope",
            field=models.CharField(default="customer/staff", max_length=48),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="policyinforce", name="policy_one_open_in_project"),
        migrations.AddConstraint(
            model_name="policyinforce",
            constraint=models.UniqueConstraint(
                condition=Q(until__isnull=True), fields=["project", "scope"], name="policy_one_open_in_scope"
            ),
        ),
        migrations.AddField(
            model_name="ruling",
            name="facts",
            field=models.TextField(
                blank=True,
                default="",
                help_text="the facts that decided, canonical JSON: what a backtest runs rules over",
            ),
        ),
    ]
