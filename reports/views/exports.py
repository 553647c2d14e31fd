"""A list as a file: asking for it, watching it being written, fetching it."""

from allauth.account.adapter import get_adapter
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from people.audience import Audience, audience
from reports import selectors
from reports.models import Export
from reports.services import (
    ROWS_AT_ONCE,
    ReasonMissing,
    Request,
    export_now,
    exports_folder,
    owe_export,
)
from reports.titles import describe_filters, list_title
from reports.views.desk import desk_of, frame

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@audience(Audience.STAFF)
def export(request: HttpRequest) -> HttpResponse:
    """Says what the file will hold and asks what the phones are for; then gives it, or owes it where it is long."""
    desk = desk_of(request)
    if desk.place is None or desk.programme is None:
        return redirect("reports:people")
    now = timezone.now()
    shown = selectors.people(
        scope=request.scope,
        region=desk.place,
        programme=desk.programme,
        filters=desk.filters,
        page=1,
        on_date=request.scope.on_date,
    )
    context = {
        **frame(request, "exports"),
        "desk": desk,
        "now": now,
        "title": list_title(desk.filters, shown.total),
        "narrowed": describe_filters(desk.filters),
        "total": shown.total,
        "is_long": shown.total > ROWS_AT_ONCE,
        "people_address": desk.address("people"),
        "reason": request.POST.get("reason", "")[:200],
        "wants_phones": request.POST.get("phones") == "1",
    }
    if request.method != "POST":
        return render(request, "reports/export.html", context)
    asked = {
        "actor": request.user,
        "scope": request.scope,
        "request": Request(desk.place, desk.programme, desk.filters, context["wants_phones"], context["reason"]),
        "asked_at": now,
        "address": get_adapter(request).get_client_ip(request),
    }
    try:
        if context["is_long"]:
            owe_export(rows=shown.total, **asked)
            return redirect("reports:exports")
        content = export_now(**asked)
    except ReasonMissing:
        context["error"] = _("请写明完整号码用来做什么，至少四个字。这句话会和导出记录放在一起。")
        return render(request, "reports/export.html", context, status=422)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{_file_name(now)}"'
    response["Cache-Control"] = "private, no-store"
    return response


@audience(Audience.STAFF)
def exports(request: HttpRequest) -> HttpResponse:
    """Her own long exports and how far each is; nobody else's."""
    now = timezone.now()
    mine = Export.objects.filter(kind=Export.Kind.PEOPLE, asked_by=request.user).order_by("-asked_at")[:50]
    return render(
        request,
        "reports/exports.html",
        {**frame(request, "exports"), "now": now, "exports": [_line_of_people(export, now) for export in mine]},
    )


@audience(Audience.STAFF)
def export_file(request: HttpRequest, export_uuid) -> HttpResponse:
    """A list of people, as an Excel file."""
    return file_of(request, export_uuid, Export.Kind.PEOPLE, XLSX)


def file_of(request: HttpRequest, export_uuid, kind: str, content_type: str) -> FileResponse:
    """The file, to whoever asked for it and to nobody else, for a week."""
    now = timezone.now()
    found = get_object_or_404(
        Export, uuid=export_uuid, kind=kind, asked_by=request.user, state=Export.State.DONE, expires_at__gt=now
    )
    path = exports_folder() / found.file
    if not found.file or not path.is_file():
        raise Http404
    name = _file_name(found.asked_at, path.suffix)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=content_type)
    response["Cache-Control"] = "private, no-store"
    return response


def _file_name(at, suffix: str = ".xlsx") -> str:
    """Neutral: a file name shows in other people's lists and chats."""
    return f"qingmiao-{timezone.localtime(at):%Y%m%d-%H%M}{suffix}"


def _line_of_people(export: Export, now) -> dict:
    filters = selectors.Filters.kept(export.filters)
    return line_of(export, now) | {"title": list_title(filters, export.rows_total), "what": "Excel"}


def line_of(export: Export, now) -> dict:
    """One export in words: 排队中, 正在准备, 已备好, 没做成, 已过保留期."""
    if export.state == Export.State.DONE:
        state = "ready" if export.expires_at > now and export.file else "gone"
    elif export.state == Export.State.PARKED:
        state = "failed"
    else:
        state = "writing" if export.rows_written else "waiting"
    return {
        "export": export,
        "state": state,
        "percent": min(100, export.rows_written * 100 // max(1, export.rows_total)),
    }
