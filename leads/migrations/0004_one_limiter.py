"""The day's answers are counted by trail/limits.py, as every other limit; what was counted today is forgotten once."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0003_work_phone"),
        ("trail", "0004_groundwork"),
    ]

    operations = [
        migrations.DeleteModel(name="PreCheckQuota"),
    ]
