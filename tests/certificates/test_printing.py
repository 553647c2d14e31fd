"""The PDF is made by whoever comes first, once, and again when its file is gone or damaged."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from certificates import services
from certificates.models import CertificatePdf
from certificates.services import PdfNotReady, certificate_pdf, print_certificate
from certificates.tasks import render_pdf
from tests.factories.certificates import AT, CertificateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning")]


def folder() -> list[Path]:
    return sorted((Path(settings.DATA_DIR) / "certificates").rglob("*"))


def test_the_worker_makes_it_once_and_the_row_knows_the_file():
    owed = CertificateFactory(issued_at=timezone.now()).pdf

    assert render_pdf(owed.pk) is True
    assert render_pdf(owed.pk) is False
    owed.refresh_from_db()

    data = (Path(settings.DATA_DIR) / owed.file).read_bytes()
    assert (owed.state, owed.sha256, owed.size) == ("done", sha256(data).hexdigest(), len(data))
    assert data.startswith(b"%PDF")
    assert b"/ByteRange" in data
    assert not [path for path in folder() if path.suffix == ".half"]


def test_it_is_made_on_the_spot_when_no_worker_has_and_then_kept():
    certificate = CertificateFactory()

    first = certificate_pdf(certificate=certificate, now=AT)
    again = certificate_pdf(certificate=certificate, now=AT + timedelta(days=1))

    assert first == again
    assert CertificatePdf.objects.get().attempts == 1


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(b"%PDF-1.7 not ours")])
def test_a_lost_or_changed_file_is_made_again(harm):
    certificate = CertificateFactory()
    certificate_pdf(certificate=certificate, now=AT)
    before = CertificatePdf.objects.get()
    harm(Path(settings.DATA_DIR) / before.file)

    data = certificate_pdf(certificate=certificate, now=AT)

    after = CertificatePdf.objects.get()
    assert sha256(data).hexdigest() == after.sha256 != before.sha256
    assert (Path(settings.DATA_DIR) / after.file).read_bytes() == data


def test_while_a_worker_has_the_lease_nobody_else_makes_it():
    certificate = CertificateFactory()
    assert CertificatePdf.objects.claim(certificate.pdf.pk, AT)

    with pytest.raises(PdfNotReady):
        certificate_pdf(certificate=certificate, now=AT)
    assert print_certificate(owed_pk=certificate.pdf.pk, now=AT + timedelta(hours=1)) is True  # its worker was killed


def test_renaming_her_leaves_the_old_pdf_alone():
    certificate = CertificateFactory(learner__name="田春梅")
    certificate_pdf(certificate=certificate, now=AT)
    before = CertificatePdf.objects.get().sha256
    certificate.learner.name = "田秋菊"
    certificate.learner.save()

    data = certificate_pdf(certificate=certificate, now=AT)

    assert sha256(data).hexdigest() == before
    certificate.refresh_from_db()
    assert certificate.name == "田春梅"


def test_a_failure_is_written_down_and_tried_again_later(tmp_path, settings):
    settings.CERTIFICATE_KEY_FILE = str(tmp_path / "no-such-key.pem")
    owed = CertificateFactory().pdf

    assert print_certificate(owed_pk=owed.pk, now=AT) is False

    owed.refresh_from_db()
    assert (owed.state, owed.attempts) == ("owed", 1)
    assert "FileNotFoundError" in owed.last_error
    assert owed.due_at > AT
    assert not [path for path in folder() if str(owed.certificate.uuid) in path.name]


def test_without_the_libraries_it_stays_owed_and_no_try_is_counted(tmp_path, settings):
    """A data folder without prepared fonts is a machine that cannot print, as one without Pango is."""
    certificate = CertificateFactory()
    settings.DATA_DIR = tmp_path

    with pytest.raises(PdfNotReady) as refusal:
        certificate_pdf(certificate=certificate, now=AT)

    owed = CertificatePdf.objects.get()
    assert (owed.state, owed.attempts) == ("owed", 0)
    assert refusal.value.missing == owed.last_error.splitlines() != []
    assert services.missing_here() == refusal.value.missing


def test_who_asks_before_its_turn_has_come_does_not_wait():
    certificate = CertificateFactory()
    CertificatePdf.objects.update(due_at=timezone.now() + timedelta(minutes=10))

    assert certificate_pdf(certificate=certificate, now=timezone.now()).startswith(b"%PDF")
