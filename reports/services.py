"""What staff may take away: a list as a file, at once or owed, always on record."""

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.models import Programme
from people.models import User
from people.owed import ring
from people.scope import Scope
from people.services import owe_message, record_audit
from reports import places, selectors
from reports.bundles import write_bundle
from reports.models import Export
from reports.places import Place
from reports.selectors import Filters
from reports.titles import describe_filters, list_title
from reports.words import Person, person_of
from reports.workbook import Cover, write_workbook

ROWS_AT_ONCE = 5_000


class ReasonMissing(Exception):
    """Full phone numbers were asked for without saying what for."""


@dataclass(frozen=True)
class Request:
    """One list that somebody asks for as a file."""

    place: Place
    programme: Programme
    filters: Filters
    has_full_phones: bool = False
    reason: str = ""


def record_export(
    *, actor: User, request: Request, rows: int, recorded_at: datetime, address: str | None = None, uuid: str = ""
) -> None:
    """This will write down who took which list and how many people; full phones are a second entry with the reason.

    Raises ReasonMissing.
    """
    if request.has_full_phones and len(request.reason.strip()) < 4:
        raise ReasonMissing
    details = {
        "place": request.place.query,
        "programme": request.programme.code,
        "filters": {
            "which": request.filters.which,
            "worker": request.filters.worker,
            "has_q": bool(request.filters.q),
            "is_direct": request.filters.is_direct,
            "kind": request.filters.kind,
            "designation": request.filters.designation,
        },
        "rows": rows,
    }
    record_audit(
        actor=actor,
        verb="export_people",
        object_kind="reports.Export",
        object_id=uuid,
        recorded_at=recorded_at,
        details=details,
        address=address,
    )
    if request.has_full_phones:
        record_audit(
            actor=actor,
            verb="export_full_phones",
            object_kind="reports.Export",
            object_id=uuid,
            recorded_at=recorded_at,
            reason=request.reason.strip()[:500],
            details=details,
            address=address,
        )


def export_now(*, actor: User, scope: Scope, request: Request, asked_at: datetime, address: str | None = None) -> bytes:
    """This will write a short list (ROWS_AT_ONCE is the view's to ask) and put it on record. Raises ReasonMissing."""
    people = list(_people(scope, request))
    with transaction.atomic():
        record_export(actor=actor, request=request, rows=len(people), recorded_at=asked_at, address=address)
    stream = io.BytesIO()
    write_workbook(stream, cover=_cover(request, taken_by=actor, rows=len(people), as_at=asked_at), people=people)
    return stream.getvalue()


@transaction.atomic
def owe_export(
    *, actor: User, scope: Scope, request: Request, rows: int, asked_at: datetime, address: str | None = None
) -> Export:
    """This will owe a long list as a file and ring for it. Raises ReasonMissing."""
    export = Export.objects.create(
        asked_by=actor,
        asked_at=asked_at,
        due_at=asked_at,
        scope=Export.kept(scope),
        filters={
            **asdict(request.filters),
            "place": request.place.kind,
            "key": request.place.key,
            "programme": request.programme.code,
            "full_phones": request.has_full_phones,
            "reason": request.reason.strip(),
            "language": translation.get_language(),
        },
        rows_total=rows,
        expires_at=asked_at + Export.KEPT,
    )
    record_export(actor=actor, request=request, rows=rows, recorded_at=asked_at, address=address, uuid=str(export.uuid))
    ring(Export.task, export.pk)
    return export


def write_export(*, export: Export, now: Callable[[], datetime] = timezone.now) -> None:
    """This will write an owed file, tell how far it is, and say so to whoever asked.

    Written beside, flushed to the disk and renamed, so that a killed worker leaves no half file under the name. The
    caller holds the lease; each report of progress lengthens it.
    """
    is_people = export.kind == Export.Kind.PEOPLE
    with translation.override(export.filters.get("language") or settings.LANGUAGE_CODE):
        folder = exports_folder()
        name = f"{export.uuid}.{'xlsx' if is_people else 'zip'}"
        part = folder / f"{name}.part"

        def progress(rows: int) -> None:
            Export.objects.filter(pk=export.pk).update(rows_written=rows, due_at=now() + settings.OWED_LEASE)

        with part.open("wb") as file:
            rows = (_write_people if is_people else write_bundle)(file, export, progress)
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / name)
        _sync(folder)
        with transaction.atomic():
            at = now()
            export = Export.objects.select_for_update().get(pk=export.pk)
            if export.state == Export.State.DONE:
                return
            export.file, export.size, export.rows_written = name, (folder / name).stat().st_size, rows
            export.settle(at)
            export.save()
            words = (
                _("您要的名单已备好，%(n)d 人。在“导出”里下载，保留一周。")
                if is_people
                else _("您要的证书已打好包，%(n)d 张。在“证书登记”的“打包下载”里取，保留一周。")
            )
            owe_message(
                user=export.asked_by,
                channel="app",
                kind="export_ready" if is_people else "bundle_ready",
                subject=_("名单备好了") if is_people else _("证书包备好了"),
                body=words % {"n": rows},
                now=at,
            )


def _write_people(file: BinaryIO, export: Export, progress: Callable[[int], None]) -> int:
    scope, request = export.asked_in(), _request_of(export)
    cover = _cover(request, taken_by=export.asked_by, rows=export.rows_total, as_at=export.asked_at)
    return write_workbook(file, cover=cover, people=_people(scope, request), progress=progress)


def drop_old_exports(*, now: datetime) -> int:
    """This will delete the files whose week is over; the rows stay, as the record of what was taken."""
    dropped = 0
    for export in Export.objects.filter(expires_at__lte=now).exclude(file=""):
        (exports_folder() / export.file).unlink(missing_ok=True)
        Export.objects.filter(pk=export.pk).update(file="", size=0)
        dropped += 1
    return dropped


def exports_folder() -> Path:
    """This will give the folder of the exports, readable by the service alone."""
    folder = Path(settings.DATA_DIR) / "exports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _people(scope: Scope, request: Request) -> Iterator[Person]:
    rows = selectors.chosen(
        scope=scope,
        region=request.place,
        programme=request.programme,
        filters=request.filters,
        on_date=scope.on_date,
    )
    return (person_of(standing, on_date=scope.on_date) for standing in rows.iterator(chunk_size=1000))


def _cover(request: Request, *, taken_by: User, rows: int, as_at: datetime) -> Cover:
    return Cover(
        title=list_title(request.filters, rows),
        place=request.place.full_name,
        programme=request.programme.title,
        filters=describe_filters(request.filters),
        as_at=as_at,
        taken_by=taken_by.name,
        rows=rows,
        has_full_phones=request.has_full_phones,
        reason=request.reason.strip(),
    )


def _request_of(export: Export) -> Request:
    kept = export.filters
    return Request(
        place=places.find(scope=export.asked_in(), **{kept["place"]: kept["key"]}),
        programme=Programme.objects.get(code=kept["programme"]),
        filters=Filters.kept(kept),
        has_full_phones=kept["full_phones"],
        reason=kept["reason"],
    )


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
