"""Move the sealed tables into a schema of their own, which the web process cannot enter."""

from django.db import migrations

TABLES = ("sealed", "wraps", "holders")


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SCHEMA vault", "DROP SCHEMA vault"),
        *(
            migrations.RunSQL(
                f"ALTER TABLE public.{table} SET SCHEMA vault",
                f"ALTER TABLE vault.{table} SET SCHEMA public",
            )
            for table in TABLES
        ),
    ]
