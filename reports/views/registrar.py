"""The registrar's desk: the register of the certificates she answers for, each with its whole history.

Nothing is corrected here by overwriting. A withdrawal and its end are written with a reason, asked about once more,
and carried out by courses.services, which moves the learner's period and standing in the same transaction.
"""

from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from certificates.models import Certificate, Status
from certificates.selectors import register as certificates_register
from courses.services import restore_certificate, withdraw_certificate
from people.audience import Audience, audience
from reports.views.desk import frame

ROWS_A_PAGE = 25


class ReasonForm(forms.Form):
    """Words that she, the holder and whoever audits will read."""

    reason = forms.CharField(
        max_length=500, error_messages={"required": gettext_lazy("请写明理由。持证人和以后核对的人都会看到。")}
    )


@audience(Audience.REGISTRAR)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    kept = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "county", "status")}
    kept["status"] = kept["status"] if kept["status"] in Status.values else ""
    rows = certificates_register(
        scope=request.scope,
        day=request.scope.on_date,
        words=kept["q"],
        county=kept["county"],
        status=kept["status"],
    )
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = frame(request, "register") | {
        "page": page,
        "kept": kept,
        "statuses": Status.choices,
        "chips": [(_shown(name, value), _address(kept | {name: ""})) for name, value in kept.items() if value],
        "numbers": [
            (n if isinstance(n, int) else None, _address(kept | {"page": n}))
            for n in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ],
    }
    return render(request, "reports/registrar_register.html", context)


@audience(Audience.REGISTRAR)
@require_safe
def certificate(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    found = _inside(request, certificate_uuid)
    events = found.events.select_related("actor")
    return render(
        request,
        "reports/registrar_certificate.html",
        frame(request, "register") | {"certificate": found, "events": events},
    )


@audience(Audience.REGISTRAR)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    found = _inside(request, certificate_uuid)
    if found.status == Status.REVOKED:
        return redirect("reports:certificate", certificate_uuid=found.uuid)
    return _ask_and_do(request, found, withdraw_certificate, "reports/registrar_revoke.html")


@audience(Audience.REGISTRAR)
@require_http_methods(["GET", "HEAD", "POST"])
def reinstate(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    found = _inside(request, certificate_uuid)
    if found.status != Status.REVOKED:
        return redirect("reports:certificate", certificate_uuid=found.uuid)
    return _ask_and_do(request, found, restore_certificate, "reports/registrar_reinstate.html")


def _ask_and_do(request: HttpRequest, found: Certificate, act, template: str) -> HttpResponse:
    """First the reason, then the same page with the reason and what will happen, then the deed."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    is_sound = form.is_bound and form.is_valid()
    if is_sound and request.POST.get("sure") == "yes":
        act(certificate=found, actor=request.user, reason=form.cleaned_data["reason"], at=timezone.now())
        return redirect("reports:certificate", certificate_uuid=found.uuid)
    context = {"certificate": found, "form": form, "asks": is_sound}
    status = 422 if form.is_bound and not is_sound else 200
    return render(request, template, frame(request, "register") | context, status=status)


def _inside(request: HttpRequest, certificate_uuid: UUID) -> Certificate:
    """Outside her scope it is not there."""
    rows = certificates_register(scope=request.scope, day=request.scope.on_date).defer(None)
    return get_object_or_404(rows.select_related("learner", "issuer"), uuid=certificate_uuid)


def _shown(name: str, value: str) -> str:
    return str(Status(value).label) if name == "status" else f"“{value}”" if name == "q" else value


def _address(query: dict) -> str:
    return "?" + urlencode({name: value for name, value in query.items() if value})
