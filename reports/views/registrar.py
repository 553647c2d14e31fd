"""The registrar's desk: the register of the certificates she answers for, each with its whole history.

Nothing is corrected here by overwriting. A withdrawal and its end are written with a reason, asked about once more,
and carried out by courses.services, which moves the learner's period and standing in the same transaction.
"""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from certificates.models import Certificate, Status
from certificates.selectors import design_words_of
from certificates.selectors import register as certificates_register
from certificates.services import AlreadyReplaced, UnprintableName
from courses.services import (
    ForHerself,
    NothingToCorrect,
    Withdrawn,
    correct_certificate,
    restore_certificate,
    withdraw_certificate,
)
from people.audience import Audience, audience
from reports.bundles import Wanted, chosen
from reports.registrar_forms import ByHandCorrectionForm, CorrectionForm, ReasonForm
from reports.views.desk import frame

ROWS_A_PAGE = 25


@audience(Audience.REGISTRAR)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    wanted = Wanted.read(request.GET)
    kept = wanted.query
    rows = chosen(scope=request.scope, wanted=wanted)
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = frame(request, "register") | {
        "page": page,
        "kept": kept,
        "statuses": Status.choices,
        "bundles_address": reverse("reports:bundles") + _address(kept),
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
    before = _others(request, uuid=found.replaces.uuid) if found.replaces else None
    after = _others(request, replaces=found)
    context = {"certificate": found, "events": events, "before": before, "after": after}
    context["design"] = design_words_of(found)
    return render(request, "reports/registrar_certificate.html", frame(request, "register") | context)


@audience(Audience.REGISTRAR)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    found = _inside(request, certificate_uuid)
    if found.status in (Status.REVOKED, Status.SUPERSEDED):
        return redirect("reports:certificate", certificate_uuid=found.uuid)
    form = _form(request, ReasonForm)
    return _ask_and_do(request, found, form, withdraw_certificate, "reports/registrar_revoke.html")


@audience(Audience.REGISTRAR)
@require_http_methods(["GET", "HEAD", "POST"])
def reinstate(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    found = _inside(request, certificate_uuid)
    if found.status != Status.REVOKED:
        return redirect("reports:certificate", certificate_uuid=found.uuid)
    form = _form(request, ReasonForm)
    return _ask_and_do(request, found, form, restore_certificate, "reports/registrar_reinstate.html")


@audience(Audience.REGISTRAR)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """A corrected certificate under a new number; the old one stays and leads to it."""
    found = _inside(request, certificate_uuid)
    if found.status in (Status.REVOKED, Status.SUPERSEDED):
        messages.warning(request, _("撤销了的先恢复，更正过的看新的那张，才能更正。"))
        return redirect("reports:certificate", certificate_uuid=found.uuid)
    by_hand = found.basis.get("by_hand", False)
    facts = {name: getattr(found, name) for name in ("trained_from_date", "trained_to_date", "result")}
    initial = {"name": found.learner.name} | facts
    form = _form(request, ByHandCorrectionForm if by_hand else CorrectionForm, initial=initial)
    return _ask_and_do(request, found, form, _correct, "reports/registrar_correct.html")


def _correct(*, certificate: Certificate, name: str, **given) -> Certificate:
    known = {key: given.pop(key) for key in ("actor", "reason", "at")}
    return correct_certificate(certificate=certificate, name=name, changes=given, **known)


def _form(request: HttpRequest, kind: type[ReasonForm], **more) -> ReasonForm:
    return kind(request.POST if request.method == "POST" else None, today=timezone.localdate(), **more)


def _ask_and_do(request: HttpRequest, found: Certificate, form: ReasonForm, act, template: str) -> HttpResponse:
    """First the words, then the same page with the words and what will happen, then the deed."""
    is_sound = form.is_bound and form.is_valid()
    if is_sound and request.POST.get("sure") == "yes":
        try:
            made = act(certificate=found, actor=request.user, at=timezone.now(), **form.cleaned_data)
        except UnprintableName as refused:
            form.add_error("name", unprintable(refused))
        except ValidationError as refused:
            form.add_error(None, refused)
        except NothingToCorrect:
            form.add_error(None, _("和证书上写的一样，没有要更正的。"))
        except ForHerself:
            form.add_error(None, _("自己的证书，请别的发证人来更正。"))
        except (AlreadyReplaced, Withdrawn):  # somebody else was quicker
            form.add_error(None, _("刚才有人更正或撤销了这张证书。请回到证书页再看看。"))
        else:
            return redirect("reports:certificate", certificate_uuid=made.uuid if made else found.uuid)
    back = reverse("reports:certificate", args=[found.uuid])
    context = {"certificate": found, "form": form, "asks": is_sound and not form.errors, "back": back}
    return render(request, template, frame(request, "register") | context, status=422 if form.errors else 200)


def unprintable(refused: UnprintableName) -> str:
    """This will name the character that no font has, and what to do about it."""
    return _("“%(char)s”（%(code)s）这个字印不出来，没有发证。请核对姓名；没写错的，请联系技术支持加字体。") % {
        "char": refused.char,
        "code": refused.codepoint,
    }


def _others(request: HttpRequest, **which) -> Certificate | None:
    """The one that it replaces or is replaced by, where that is hers too."""
    return certificates_register(scope=request.scope, day=request.scope.on_date).filter(**which).first()


def _inside(request: HttpRequest, certificate_uuid: UUID) -> Certificate:
    """Outside her scope it is not there."""
    rows = certificates_register(scope=request.scope, day=request.scope.on_date).defer(None)
    return get_object_or_404(rows.select_related("learner", "issuer", "replaces"), uuid=certificate_uuid)


def _shown(name: str, value: str) -> str:
    return str(Status(value).label) if name == "status" else f"“{value}”" if name == "q" else value


def _address(query: dict) -> str:
    return "?" + urlencode({name: value for name, value in query.items() if value})
