"""为什么有（没有）这张证书: one page, by the programme she is on or by a certificate that she holds."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from certificates.selectors import own_certificates
from courses.why import allocations, why_of, why_of_certificate
from people.audience import Audience, audience


@audience(Audience.LEARNER)
@require_safe
def why(request: HttpRequest, allocation_uuid: UUID) -> HttpResponse:
    """Where she stands with one programme; somebody else's is not there."""
    allocation = get_object_or_404(allocations().filter(learner=request.user), uuid=allocation_uuid)
    shown = why_of(allocation, now=timezone.now())
    return render(request, "courses/why.html", {"why": shown, "issuer": allocation.programme.issuer})


@audience(Audience.LEARNER)
@require_safe
def certificate_why(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """What one certificate of hers stands on."""
    mine = own_certificates(learner=request.user, day=timezone.localdate())
    certificate = get_object_or_404(mine.prefetch_related("events"), uuid=certificate_uuid)
    shown = why_of_certificate(certificate)
    return render(request, "courses/why.html", {"why": shown, "issuer": certificate.issuer})
