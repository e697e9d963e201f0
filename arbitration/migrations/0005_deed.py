"""A customer-ownership agreement that names somebody else opens a case, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("arbitration", "0004_scopes")]

    operations = [
        migrations.AlterField(
            model_name="collision",
            name="trigger",
            field=models.CharField(
                choices=[
                    ("registration", "重复报备"),
                    ("visit", "到访不一致"),
                    ("deal", "签单不一致"),
                    ("relation", "家人关系"),
                    ("deed", "归属协议"),
                ],
                max_length=12,
            ),
        ),
    ]
