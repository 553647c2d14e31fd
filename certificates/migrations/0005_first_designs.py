"""Each issuer's first version is what its certificates have looked like so far: those issued before are printed so."""

from hashlib import sha256

from django.db import migrations
from django.utils import timezone

from certificates.pdf.seal import normalise_seal

WORDS = {
    "title_zh": "培训合格证书",
    "title_en": "Certificate of Training",
    "lead_zh": "兹证明",
    "lead_en": "This is to certify that",
    "text_zh": "完成下列培训，修满学时，考核合格，特发此证。",
    "text_en": "has completed the training below, with its full hours, and passed its assessment.",
}


def write_first(apps, schema_editor):
    issuers, now = apps.get_model("certificates", "Issuer"), timezone.now()
    designs, seals = apps.get_model("certificates", "CertificateDesign"), apps.get_model("certificates", "Seal")
    for issuer in issuers.objects.all():
        seal = None
        if issuer.seal:
            with issuer.seal.open() as upload:
                png = normalise_seal(upload.read())
            made = {"png": png, "uploaded_at": now}
            seal, _ = seals.objects.get_or_create(sha256=sha256(png).hexdigest(), defaults=made)
        first = WORDS | {"signatory": issuer.signatory, "seal": seal, "made_at": now}
        designs.objects.create(issuer=issuer, number=1, **first)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0004_certificate_designs")]

    operations = [migrations.RunPython(write_first, migrations.RunPython.noop)]
