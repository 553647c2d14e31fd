"""A learner's own certificates."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certificates.facts import public_address
from certificates.models import Certificate, CertificatePdf
from certificates.qr import qr_svg
from certificates.selectors import design_words_of, own_certificates
from certificates.services import PdfNotReady, certificate_pdf, missing_here
from people.audience import Audience, audience
from people.names import mask_name


@audience(Audience.LEARNER)
@require_safe
def certificate_list(request: HttpRequest) -> HttpResponse:
    certificates = own_certificates(learner=request.user, day=timezone.localdate())
    return render(request, "certificates/list.html", {"certificates": certificates, "here": "certificates"})


@audience(Audience.LEARNER)
@require_safe
def certificate(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    hers = list(own_certificates(learner=request.user, day=timezone.localdate()))
    shown = _pick(hers, certificate_uuid)
    address = public_address(shown.verify_code)
    is_printed = shown.pdf.state == CertificatePdf.State.DONE
    context = {
        "certificate": shown,
        "title": design_words_of(shown).title,
        "others": [other for other in hers if other is not shown],
        "masked": mask_name(shown.name),
        "qr": qr_svg(address, _("二维码，扫一扫打开证书查询页")),
        "address": address,
        "size_kb": round(shown.pdf.size / 1024) if is_printed else None,
        "cannot_print": not is_printed and bool(missing_here()),
        "here": "certificates",
    }
    return render(request, "certificates/certificate.html", context)


@audience(Audience.LEARNER)
@require_safe
def certificate_file(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    shown = _pick(own_certificates(learner=request.user, day=timezone.localdate()), certificate_uuid)
    try:
        data = certificate_pdf(certificate=shown, now=timezone.now())
    except PdfNotReady as wait:
        context = {"certificate": shown, "missing": wait.missing, "here": "certificates"}
        answer = render(request, "certificates/pdf_not_ready.html", context, status=503)
        answer["Retry-After"] = "3600" if wait.missing else "10"
        return answer
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{shown.number}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _pick(certificates, certificate_uuid: UUID) -> Certificate:
    """Hers or nothing: somebody else's is not there."""
    for one in certificates:
        if one.uuid == certificate_uuid:
            return one
    raise Http404
