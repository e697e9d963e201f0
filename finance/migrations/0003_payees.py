"""Lines of agencies and of team funds."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0002_append_only"),
        ("leads", "0003_work_phone"),
        ("people", "0001_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="commissionline",
            name="organisation",
            field=models.ForeignKey(
                help_text="an agency's share",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commission_lines",
                to="people.organisation",
            ),
        ),
        migrations.AddField(
            model_name="commissionline",
            name="team",
            field=models.ForeignKey(
                help_text="the share of its fund (营销经费)",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commission_lines",
                to="people.team",
            ),
        ),
        migrations.AddConstraint(
            model_name="commissionline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organisation__isnull", True), ("user__isnull", True)),
                    models.Q(("team__isnull", True), ("user__isnull", True)),
                    models.Q(("organisation__isnull", True), ("team__isnull", True)),
                    _connector="OR",
                ),
                name="line_of_one_payee",
            ),
        ),
    ]
