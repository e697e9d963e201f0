"""A case that two merged records made one does not stand any more; a merge may open one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("arbitration", "0005_deed")]

    operations = [
        migrations.RemoveConstraint(
            model_name="collision",
            name="collision_one_unruled",
        ),
        migrations.AlterField(
            model_name="collision",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "待裁定"),
                    ("evidence", "等证据"),
                    ("escalated", "已上报"),
                    ("ruled", "已裁定"),
                    ("moot", "不再成立"),
                ],
                default="open",
                max_length=10,
            ),
        ),
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
                    ("merge", "合并客户"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="collision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("ruled", "moot")), _negated=True),
                fields=("project", "customer"),
                name="collision_one_unruled",
            ),
        ),
    ]
