"""ABC电子 and abc电子 are one company: the keys by which companies are found are kept in small letters (screening.companies.plain)."""

from django.db import migrations

SMALL = """
UPDATE leads_customer SET company_key = lower(company_key), company_core = lower(company_core)
WHERE company_key <> lower(company_key) OR company_core <> lower(company_core)
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0007_transfer_provided_before")]

    operations = [migrations.RunSQL(SMALL, migrations.RunSQL.noop)]
