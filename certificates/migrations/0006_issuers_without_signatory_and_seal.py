"""Who signs and the seal stand in the issuer's designs now; a seal's old file stays where it lies."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("certificates", "0005_first_designs")]

    operations = [
        migrations.RemoveField(model_name="issuer", name="seal"),
        migrations.RemoveField(model_name="issuer", name="signatory"),
    ]
