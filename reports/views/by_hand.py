"""Issuing by hand: somebody was trained and examined elsewhere, and the registrar has seen the paper."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from certificates.services import UnprintableName
from courses.services import AlreadyMet, certify_by_hand
from people.audience import Audience, audience
from reports.registrar_forms import TrainingForm
from reports.uncertified import named, uncertified
from reports.views.desk import frame
from reports.views.registrar import unprintable

MOST_SHOWN = 25


@audience(Audience.REGISTRAR)
@require_safe
def candidates(request: HttpRequest) -> HttpResponse:
    """Find her first: nobody's name is shown before somebody's is asked for."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:60]
    found = list(named(uncertified(scope=request.scope, but=request.user), words)[: MOST_SHOWN + 1]) if words else []
    context = {"words": words, "found": found[:MOST_SHOWN], "most": MOST_SHOWN, "has_more": len(found) > MOST_SHOWN}
    return render(request, "reports/by_hand.html", frame(request, "register") | context)


@audience(Audience.REGISTRAR)
@require_http_methods(["GET", "HEAD", "POST"])
def certify(request: HttpRequest, allocation_uuid: UUID) -> HttpResponse:
    """What the paper says, then the same once more with what will happen, then the certificate."""
    standing = get_object_or_404(uncertified(scope=request.scope, but=request.user), allocation__uuid=allocation_uuid)
    open_periods = standing.allocation.periods.filter(met_at__isnull=True).order_by("number")
    period = get_object_or_404(open_periods[:1])  # another registrar may have issued it since
    form = TrainingForm(request.POST if request.method == "POST" else None, today=timezone.localdate())
    is_sound = form.is_bound and form.is_valid()
    if is_sound and request.POST.get("sure") == "yes":
        try:
            made = certify_by_hand(period=period, actor=request.user, at=timezone.now(), **form.cleaned_data)
        except UnprintableName as refused:
            form.add_error(None, unprintable(refused))
        except AlreadyMet:
            form.add_error(None, _("刚才已经发了这张证书。请到证书登记里找。"))
        else:
            return redirect("reports:certificate", certificate_uuid=made.uuid)
    context = {
        "standing": standing,
        "form": form,
        "asks": is_sound and not form.errors,
        "back": f"{reverse('reports:by_hand')}",
    }
    answer = "reports/by_hand_certify.html"
    return render(request, answer, frame(request, "register") | context, status=422 if form.errors else 200)
