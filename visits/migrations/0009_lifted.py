"""A suspension that was reversed ends."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0008_conduct_findings")]

    operations = [
        migrations.AlterField(
            "turnchange",
            "kind",
            models.CharField(
                choices=[
                    ("taken", "接待一位"),
                    ("make_up", "补接"),
                    ("skip", "错过一轮"),
                    ("suspend", "停接"),
                    ("lifted", "停接撤销"),
                    ("missed", "轮空"),
                    ("made_up", "补接一位"),
                    ("passed", "跳过一轮"),
                ],
                max_length=8,
            ),
        ),
    ]
