"""The PDF is a cache of the certificate's frozen facts: owed by a row, made once, checked whenever it is served."""

import logging
import os
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F

from certificates import pdf
from certificates.facts import printed_facts
from certificates.models import Certificate, CertificatePdf
from certificates.pdf.installed import signing_key

logger = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(minutes=5)  # when the machine lacks a library: mended by a person, so no try is counted


class PdfNotReady(Exception):
    """The certificate stands; its PDF cannot be had this minute. `missing`: what this machine lacks, if it does."""

    def __init__(self, missing: list[str] | None = None):
        self.missing = missing or []
        super().__init__("; ".join(self.missing))


def print_certificate(*, owed_pk: int, now: datetime) -> bool:
    """This will make the PDF a row owes, unless somebody else is at it. True when it was made.

    What goes wrong is written into the row, which comes due again later.
    """
    if lacking := missing_here():
        CertificatePdf.objects.due(now).filter(pk=owed_pk).update(
            due_at=now + LOOK_AGAIN, last_error="\n".join(lacking)
        )
        return False
    if not CertificatePdf.objects.claim(owed_pk, now):
        return False
    owed = CertificatePdf.objects.select_related("certificate__issuer").get(pk=owed_pk)
    try:
        data = pdf.sign(pdf.render(printed_facts(owed.certificate)), signing_key())
        path = _write_whole(owed.certificate, data)
    except Exception as error:
        logger.exception("certificate %s could not be printed", owed.certificate.number)
        owed.put_off(f"{type(error).__name__}: {error}", now)
        owed.save(update_fields=["state", "due_at", "last_error"])
        return False
    with transaction.atomic():
        owed = CertificatePdf.objects.select_for_update().get(pk=owed_pk)
        before = owed.file
        owed.file, owed.sha256, owed.size = path, sha256(data).hexdigest(), len(data)
        owed.settle(now)
        owed.save()
    if before:
        (Path(settings.DATA_DIR) / before).unlink(missing_ok=True)
    return True


def certificate_pdf(*, certificate: Certificate, now: datetime) -> bytes:
    """This will give the PDF's bytes, made on the spot if no worker has, and again if the file is gone or damaged.

    Raises PdfNotReady.
    """
    owed = CertificatePdf.objects.get(certificate=certificate)
    data = _read_sound(owed)
    if data is None:
        _owe_again(owed, now)
        print_certificate(owed_pk=owed.pk, now=now)
        data = _read_sound(CertificatePdf.objects.get(pk=owed.pk))
    if data is None:
        raise PdfNotReady(missing_here())
    return data


def missing_here() -> list[str]:
    """This will name what the machine lacks for printing, each with the command that mends it."""
    return [line for line in pdf.available() if not line.startswith("optional")]


def _owe_again(owed: CertificatePdf, now: datetime) -> None:
    """A done row whose file is unsound is owed anew; one that waits its turn comes forward.

    A parked one gets one more try, since a person asks for it. What somebody is at, or has failed at, keeps its time.
    """
    anew = {"state": CertificatePdf.State.OWED, "due_at": now}
    rows = CertificatePdf.objects.filter(pk=owed.pk, sha256=owed.sha256)
    if not rows.filter(state=CertificatePdf.State.DONE).update(**anew, attempts=0):
        rows.filter(state=CertificatePdf.State.OWED, attempts=0).update(due_at=now)
        rows.parked().update(**anew, attempts=F("attempts") - 1)


def _read_sound(owed: CertificatePdf) -> bytes | None:
    if owed.state != CertificatePdf.State.DONE:
        return None
    try:
        data = (Path(settings.DATA_DIR) / owed.file).read_bytes()
    except FileNotFoundError:
        logger.warning("the PDF of certificate %s is gone and is made again", owed.certificate_id)
        return None
    if sha256(data).hexdigest() != owed.sha256:
        logger.error("the PDF of certificate %s was changed on disk and is made again", owed.certificate_id)
        return None
    return data


def _write_whole(certificate: Certificate, data: bytes) -> str:
    """Whole or not at all, also when the power goes: written aside, flushed to the disk, renamed, the folder flushed.

    Each making has a file of its own, so that two makers never damage each other's.
    """
    name = f"certificates/{certificate.issued_date:%Y-%m}/{certificate.uuid}.{uuid4().hex[:8]}.pdf"
    path = Path(settings.DATA_DIR) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    with open(half, "xb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(half, path)
    for folder in (path.parent, path.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return name
