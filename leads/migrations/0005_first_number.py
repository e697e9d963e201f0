"""A customer's numbers are found with the first of them first, by an index of their own."""

import django.db.models.deletion
from django.db import migrations, models

from trail.online import IndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("leads", "0004_provisions")]

    operations = [
        # The new one stands before the old one goes: no number is looked for without any in between.
        IndexBeside(
            model_name="phone",
            index=models.Index(fields=["customer", "id"], name="phone_by_customer"),
        ),
        migrations.AlterField(
            model_name="phone",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="phones",
                to="leads.customer",
            ),
        ),
    ]
