"""A certificate's design is changed by adding a version; what was issued keeps the one it has."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from django.db import transaction

from certificates import pdf
from certificates.models import CertificateDesign, Issuer, Seal
from certificates.models.design import FIRST_WORDS
from certificates.specimens import specimen
from people.models import User
from people.services import record_audit

CHANGE_DESIGN = "certificates.change_certificatedesign"
CHANGE_SEAL = "certificates.change_seal"
KEEP: Final = "keep"  # the seal of the version before


class AlreadyChanged(ValueError):
    """Somebody saved another version while this one was being written: nobody's words are lost unseen."""

    def __init__(self, newest: CertificateDesign):
        self.newest = newest
        super().__init__(f"version {newest.number}")


class SealWithoutPermission(PermissionError):
    """The seal has a permission of its own, which this person does not hold."""


class WordsWithoutPermission(PermissionError):
    """Who keeps the seal does not write the words over it."""


def first_design(
    *, issuer: Issuer, at: datetime, signatory: str = "", signatory_post: str = "", made_by: User | None = None
) -> CertificateDesign:
    """This will give an issuer its first version, in the words that certificates have always had. Safe to repeat."""
    first = FIRST_WORDS | {"signatory": signatory, "signatory_post": signatory_post, "made_by": made_by, "made_at": at}
    return CertificateDesign.objects.get_or_create(issuer=issuer, number=1, defaults=first)[0]


def save_design(
    *,
    issuer: Issuer,
    words: Mapping[str, str],
    seal_png: bytes | str | None = KEEP,
    in_force_from: date,
    note: str,
    based_on: int,
    made_by: User,
    at: datetime,
) -> CertificateDesign:
    """This will add a version. `seal_png`: a picture as normalise_seal makes it, None for no seal, KEEP as before.

    Raises AlreadyChanged, SealWithoutPermission, WordsWithoutPermission, and certificates.pdf.CannotPrint when a text has no room on the page.
    """
    with transaction.atomic():
        Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
        first_design(issuer=issuer, at=at)
        before = CertificateDesign.objects.filter(issuer=issuer).select_related("seal").latest("number")
        if before.number != based_on:
            raise AlreadyChanged(before)
        seal = before.seal if seal_png == KEEP else _seal(seal_png, made_by, at)
        if seal != before.seal and not made_by.has_perm(CHANGE_SEAL):
            raise SealWithoutPermission(made_by.pk)
        if any(getattr(before, name) != text for name, text in words.items()) and not made_by.has_perm(CHANGE_DESIGN):
            raise WordsWithoutPermission(made_by.pk)
        design = CertificateDesign(
            issuer=issuer,
            number=before.number + 1,
            seal=seal,
            in_force_from=in_force_from,
            note=note,
            made_by=made_by,
            made_at=at,
            **words,
        )
        if refused := pdf.find_problems(specimen(design)):
            raise refused[0]
        design.save()
        record_audit(
            actor=made_by,
            verb="certificate_design_made",
            object_kind="certificate_design",
            object_id=str(design.uuid),
            reason=note,
            details={
                "issuer": issuer.code,
                "number": design.number,
                "from": in_force_from.isoformat(),
                "seal": seal.sha256 if seal else "",
                "seal_changed": seal != before.seal,
            },
            recorded_at=at,
        )
        return design


def _seal(png: bytes | str | None, uploaded_by: User, at: datetime) -> Seal | None:
    if not isinstance(png, bytes):
        return None
    digest = sha256(png).hexdigest()
    made = {"png": png, "uploaded_by": uploaded_by, "uploaded_at": at}
    return Seal.objects.get_or_create(sha256=digest, defaults=made)[0]
