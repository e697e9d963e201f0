"""How many of each class of data the next run lets go of, counted by night."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trail", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="OutlivedCount",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                (
                    "days",
                    models.PositiveIntegerField(
                        help_text="for how long the class was kept then: it holds for that time only"
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
