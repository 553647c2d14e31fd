"""Certificates by the hundred: the PDFs of a county and their register, in one ZIP that a worker writes."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO
from zipfile import ZIP_STORED, ZipFile

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from certificates.models import Certificate, Status
from certificates.selectors import register
from certificates.services import PdfNotReady, certificate_pdf
from people.models import User
from people.owed import ring
from people.scope import Scope
from people.services import record_audit
from reports.models import Export
from reports.workbook import Column, care, open_book, write_pairs, write_table

MOST_IN_A_BUNDLE = 1_000  # some 40 MB, and minutes of a worker where none of them has been printed before
PROGRESS_EVERY = 20


@dataclass(frozen=True)
class Wanted:
    """Which certificates of the register, as its page narrows it."""

    words: str = ""
    county: str = ""
    status: str = ""

    @classmethod
    def read(cls, data: Mapping) -> "Wanted":
        """This will take from an address what the register understands."""
        q, county, status = (data.get(name, "").replace("\x00", "").strip()[:60] for name in ("q", "county", "status"))
        return cls(words=q, county=county, status=status if status in Status.values else "")

    @property
    def query(self) -> dict[str, str]:
        return {"q": self.words, "county": self.county, "status": self.status}


def chosen(*, scope: Scope, wanted: Wanted) -> QuerySet[Certificate]:
    """This will give the certificates as the register lists them."""
    return register(scope=scope, day=scope.on_date, **asdict(wanted))


@transaction.atomic
def owe_bundle(
    *, actor: User, scope: Scope, wanted: Wanted, count: int, asked_at: datetime, address: str | None = None
) -> Export:
    """This will owe the ZIP, put on record who took how many, and ring for it."""
    export = Export.objects.create(
        kind=Export.Kind.CERTIFICATES,
        asked_by=actor,
        asked_at=asked_at,
        due_at=asked_at,
        scope=Export.kept(scope),
        filters={**asdict(wanted), "language": translation.get_language()},
        rows_total=count,
        expires_at=asked_at + Export.KEPT,
    )
    record_audit(
        actor=actor,
        verb="export_certificates",
        object_kind="reports.Export",
        object_id=str(export.uuid),
        recorded_at=asked_at,
        details={"county": wanted.county, "status": wanted.status, "has_q": bool(wanted.words), "rows": count},
        address=address,
    )
    ring(Export.task, export.pk)
    return export


def is_on_its_way(*, actor: User, wanted: Wanted) -> bool:
    """Is the same bundle of hers being written? A second press asks for nothing new."""
    waiting = Export.objects.filter(kind=Export.Kind.CERTIFICATES, asked_by=actor, state=Export.State.OWED)
    return any(asdict(wanted).items() <= export.filters.items() for export in waiting)


def write_bundle(file: BinaryIO, export: Export, progress: Callable[[int], None]) -> int:
    """This will write the PDFs, each under its number, and then the register. Gives how many certificates.

    A PDF that cannot be had is told in the register and does not hold up the others. What was printed for a bundle
    that was cut off is there when it is written again.
    """
    wanted = Wanted(**{name: export.filters[name] for name in ("words", "county", "status")})
    rows = list(chosen(scope=export.asked_in(), wanted=wanted).defer(None).select_related("issuer", "pdf"))
    missing: set[int] = set()
    with ZipFile(file, "w", ZIP_STORED) as bundle:  # a PDF is compressed already
        for n, certificate in enumerate(rows, start=1):
            try:
                data = certificate_pdf(certificate=certificate, now=timezone.now())
            except PdfNotReady:
                missing.add(certificate.pk)
            else:
                bundle.writestr(f"{certificate.number}.pdf", data)
            if n % PROGRESS_EVERY == 0:
                progress(n)
        bundle.writestr("register.xlsx", _register_of(rows, missing, export))
    progress(len(rows))
    return len(rows)


def _register_of(rows: list[Certificate], missing: set[int], export: Export) -> bytes:
    stream = BytesIO()
    lines: list[tuple[str, object]] = [
        (_("证书"), len(rows)),
        (_("PDF 没做成"), len(missing)),
        (_("数据截至"), export.asked_at),
        (_("导出人"), export.asked_by.name),
        *care(),
    ]
    with open_book(stream, title=_("证书登记")) as book:
        write_pairs(book, _("说明"), lines)
        write_table(book, _("证书登记"), _columns(missing), rows)
    return stream.getvalue()


def _columns(missing: set[int]) -> list[Column]:
    return [
        (_("姓名"), 18, lambda c: c.name),
        (_("证书编号"), 25, lambda c: c.number),
        (_("培训"), 40, lambda c: c.programme_title),
        (_("学时"), 8, lambda c: c.hours_shown),
        (_("培训从哪天"), 12, lambda c: c.trained_from_date),
        (_("到哪天"), 12, lambda c: c.trained_to_date),
        (_("考核结果"), 12, lambda c: c.result),
        (_("发证单位"), 26, lambda c: c.issuer_name),
        (_("地区"), 34, lambda c: c.region_name),
        (_("单位"), 26, lambda c: c.organisation_name),
        (_("发证日期"), 12, lambda c: c.issued_date),
        (_("有效期至"), 12, lambda c: c.valid_until_date),
        (_("状态"), 14, lambda c: Status(c.status).label),
        (_("PDF"), 28, lambda c: _("没做成，请稍后单独下载") if c.pk in missing else f"{c.number}.pdf"),
    ]
