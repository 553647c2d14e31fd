from django.db import models

from people.models import Owed

from .certificate import Certificate


class CertificatePdf(Owed):
    """The PDF owed for a certificate: a cache of its signed facts. Lost or wrong, it is made again."""

    task = "certificates.tasks.render_pdf"

    certificate = models.OneToOneField(Certificate, models.PROTECT, related_name="pdf")
    file = models.CharField(max_length=200, blank=True)  # under DATA_DIR, never served by its own address
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
