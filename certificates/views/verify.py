"""Anybody's: is this certificate real, and what is it worth now?

Whatever the register does not know is answered alike, to the byte: an unknown code, a malformed one, a wrong number.
Nothing is kept by a cache or a search engine, so that a revocation shows at once and no name is found by searching.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from certificates import credential
from certificates.limits import WAIT_SECONDS, may_look
from certificates.models import Certificate
from certificates.numbers import read_code, read_number
from certificates.selectors import certificate_by_code, certificate_by_number, design_words_of
from people.audience import Audience, audience
from people.names import mask_name


def looked_up(view: Callable) -> Callable:
    """This will count the look-up, and forbid keeping or indexing the answer."""

    @wraps(view)
    def fresh(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        within = may_look(request, "certificate")
        answer = view(request, *args, **kwargs) if within else _too_often(request, "certificate")
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        answer["Referrer-Policy"] = "same-origin"  # no-referrer makes browsers post with Origin: null
        return answer

    return fresh


@audience(Audience.PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@looked_up
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """The page behind the QR code. Posting the number printed on the paper shows all that the register may tell."""
    if request.method == "POST" and not may_look(request, "number"):
        return _too_often(request, "number")
    found = certificate_by_code(code=code, day=timezone.localdate())
    if found is None:
        return _not_found(request)
    typed = request.POST.get("number", "")
    return _show(request, found, typed=typed, knows_number=read_number(typed) == found.number)


@audience(Audience.PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@looked_up
def verify_search(request: HttpRequest) -> HttpResponse:
    """For who has the paper and no camera: takes the number or the code."""
    typed = request.POST.get("what", "")
    if not typed.strip():
        return render(request, "certificates/verify_search.html")
    if code := read_code(typed):
        return redirect("verify", code=code)
    if not may_look(request, "number"):
        return _too_often(request, "number")
    found = certificate_by_number(number=typed, day=timezone.localdate())
    return _show(request, found, knows_number=True) if found else _not_found(request)


@audience(Audience.PUBLIC)
@require_safe
@looked_up
def credential_file(request: HttpRequest, code: str) -> HttpResponse:
    """The Open Badges 3.0 credential, byte for byte as attached to the PDF."""
    found = certificate_by_code(code=code, day=timezone.localdate())
    if found is None:
        return _not_found(request)
    return HttpResponse(found.credential, content_type="application/ld+json; charset=utf-8")


def _show(request: HttpRequest, found: Certificate, *, typed: str = "", knows_number: bool) -> HttpResponse:
    context = {
        "certificate": found,
        "title": design_words_of(found).title,
        "masked": mask_name(found.name),
        "typed": typed,
        "knows_number": knows_number,
        "is_intact": knows_number and credential.agrees(found, credential.installed_key()),
        "asked_at": timezone.now(),
    }
    return render(request, "certificates/verify.html", context)


def _not_found(request: HttpRequest) -> HttpResponse:
    return render(request, "certificates/verify_not_found.html", status=404)


def _too_often(request: HttpRequest, what: str) -> HttpResponse:
    wait = WAIT_SECONDS[what]
    answer = render(request, "certificates/verify_too_often.html", {"minutes": wait // 60}, status=429)
    answer["Retry-After"] = str(wait)
    return answer
