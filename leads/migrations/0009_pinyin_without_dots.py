"""阿卜杜拉·买买提 is found however its dot is typed: pinyin and initials are kept without (screening.names.keys)."""

from django.db import migrations

WITHOUT = """
UPDATE leads_customer SET pinyin = translate(pinyin, '·.•‧・･．', ''), initials = translate(initials, '·.•‧・･．', '')
WHERE pinyin ~ '[·.•‧・･．]' OR initials ~ '[·.•‧・･．]'
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0008_company_key_in_small_letters")]

    operations = [migrations.RunSQL(WITHOUT, migrations.RunSQL.noop)]
