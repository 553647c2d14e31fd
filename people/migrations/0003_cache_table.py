"""Without Redis the cache is a table in the database, and sign-in counts its tries there: it must be there first."""

from django.core.management import call_command
from django.db import migrations


def make_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("people", "0002_seal_ledgers")]

    operations = [migrations.RunPython(make_table, migrations.RunPython.noop)]
