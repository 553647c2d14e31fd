"""The certificates of a county in one ZIP: counting them, asking for it, watching it being made, fetching it."""

from uuid import UUID

from allauth.account.adapter import get_adapter
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from certificates.models import Status
from people.audience import Audience, audience
from reports.bundles import MOST_IN_A_BUNDLE, Wanted, chosen, is_on_its_way, owe_bundle
from reports.models import Export
from reports.views.desk import frame
from reports.views.exports import file_of, line_of


@audience(Audience.REGISTRAR)
@require_http_methods(["GET", "HEAD", "POST"])
def bundles(request: HttpRequest) -> HttpResponse:
    now, wanted = timezone.now(), Wanted.read(request.GET)
    count = chosen(scope=request.scope, wanted=wanted).count()
    if request.method == "POST" and 0 < count <= MOST_IN_A_BUNDLE:
        if not is_on_its_way(actor=request.user, wanted=wanted):
            owe_bundle(
                actor=request.user,
                scope=request.scope,
                wanted=wanted,
                count=count,
                asked_at=now,
                address=get_adapter(request).get_client_ip(request),
            )
        return redirect("reports:bundles")
    mine = Export.objects.filter(kind=Export.Kind.CERTIFICATES, asked_by=request.user).order_by("-asked_at")[:50]
    context = frame(request, "register") | {
        "wanted": wanted,
        "statuses": Status.choices,
        "count": count,
        "most": MOST_IN_A_BUNDLE,
        "exports": [_line(export, now) for export in mine],
    }
    return render(request, "reports/bundles.html", context, status=422 if request.method == "POST" else 200)


@audience(Audience.REGISTRAR)
@require_safe
def bundle_file(request: HttpRequest, export_uuid: UUID) -> FileResponse:
    return file_of(request, export_uuid, Export.Kind.CERTIFICATES, "application/zip")


def _line(export: Export, now) -> dict:
    """Which certificates, in words: how many, and what narrowed them."""
    n, kept = export.rows_total, export.filters
    title = ngettext("证书，%(n)d 张", "证书，%(n)d 张", n) % {"n": n}
    status = Status(kept["status"]).label if kept["status"] else ""
    narrowed = " · ".join(str(part) for part in (kept["county"], status, kept["words"]) if part)
    return line_of(export, now) | {"title": f"{title} · {narrowed}" if narrowed else title, "what": "ZIP"}
