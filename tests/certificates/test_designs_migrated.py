"""An installation that issued certificates before there were designs: what it had is its first version, seals and all."""

import pytest

from tests.servers.installation import Installation

BEFORE = """
import io, uuid
from datetime import date
import django; django.setup()
from django.core.files.base import ContentFile
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from PIL import Image
executor = MigrationExecutor(connection)
before = [("certificates", "0003_seal_ledgers"), ("people", "0004_review_roles")]
executor.migrate(before)
get = executor.loader.project_state(before).apps.get_model
region = get("people", "Region").objects.create(code="1", name="x", full_name="x", level=0, path="1/", valid_from_date=date(2000, 1, 1))
picture = io.BytesIO(); Image.new("RGBA", (900, 900), (9, 9, 9, 90)).save(picture, "PNG")
Issuer, day = get("certificates", "Issuer"), date(2026, 1, 1)
sealed = Issuer.objects.create(code="QM", name_zh="单位", signatory="周明远", region=region)
sealed.seal.save("s.png", ContentFile(picture.getvalue()))
Issuer.objects.create(code="QX", name_zh="无章", region=region)
get("certificates", "Certificate").objects.create(
    number="n", verify_code="v", learner=get("people", "User").objects.create(name="王芳", login_number="12345678"),
    programme_code="p", period_uuid=uuid.uuid4(), issuer=sealed, name="王芳", programme_title_zh="标题", hours=5,
    trained_from_date=day, trained_to_date=day, result="合格", issuer_name_zh="单位", signatory="周明远",
    region=region, region_code="1", region_name="x", issued_date=day, issued_at=timezone.now(), basis={}, salt="s",
    credential="{}")
"""
AFTER = """
import django; django.setup()
from django.db import DatabaseError, connection
from certificates.facts import printed_facts
from certificates.models import Certificate, CertificateDesign
from certificates.models.design import FIRST_WORDS, WORDS
certificate = Certificate.objects.get()
facts = printed_facts(certificate)
assert facts.signatory == "周明远"
assert facts.seal_png.startswith(b"\\x89PNG")
bare = CertificateDesign.objects.get(issuer__code="QX")
assert (bare.number, bare.seal, bare.signatory) == (1, None, "")
assert {name: getattr(bare, name) for name in WORDS} == FIRST_WORDS
for table in ("certificate", "certificateevent", "certificatedesign", "seal"):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [f"certificates_{table}"])
        assert cursor.fetchone() == (2,), table
print("kept")
"""


@pytest.mark.servers
def test_what_was_issued_before_is_printed_as_it_was(tmp_path):
    old = Installation(tmp_path / "data")
    old.folder.mkdir()
    old.run("-c", BEFORE)
    old.run("manage.py", "migrate", "--verbosity", "0")

    assert old.run("-c", AFTER).strip().endswith("kept")
