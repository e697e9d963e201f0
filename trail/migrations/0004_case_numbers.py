"""Cases are numbered by a sequence of their own, which goes on where the common one stands: no number of a day is given twice."""

from django.db import migrations

BEGIN = """
CREATE SEQUENCE trail_numbers_zd;
SELECT setval('trail_numbers_zd', last_value, is_called) FROM trail_numbers;
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0003_outlived_counts")]

    operations = [migrations.RunSQL(BEGIN, "DROP SEQUENCE trail_numbers_zd")]
