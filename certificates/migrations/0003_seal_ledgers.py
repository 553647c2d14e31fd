"""The database itself refuses to change a ledger's rows, whoever asks (design, section 3.6)."""

from django.db import migrations

from people.models.ledger import seal


class Migration(migrations.Migration):
    dependencies = [("certificates", "0002_initial")]

    operations = [
        seal("certificates.Certificate"),
        seal("certificates.CertificateEvent"),
    ]
