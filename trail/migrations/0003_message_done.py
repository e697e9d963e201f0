"""A message that asks for something knows when that was done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trail", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="done_at",
            field=models.DateTimeField(null=True, help_text="when what it asks for was done, by whomever"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["link"], name="message_to_do", condition=models.Q(to_do=True, done_at__isnull=True)
            ),
        ),
    ]
