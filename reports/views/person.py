"""One learner for her officer: her page, why she has (not) a certificate, and setting her on a programme."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Programme
from courses.services import NoRequirements, NotPlaced, allocate, correct_name
from courses.why import allocations, why_of
from people.audience import Audience, audience
from reports.person import Learner, learner
from reports.views.desk import frame


@audience(Audience.STAFF)
@require_safe
def person(request: HttpRequest, person_uuid: UUID) -> HttpResponse:
    found = _find(request, person_uuid)
    held = {row.standing.programme_id for row in found.programmes}
    context = frame(request, "people") | {
        "learner": found,
        "choices": [p for p in _programmes() if p.pk not in held] if found.is_mine else [],
        "now": timezone.now(),
        "remind_address": reverse("reports:remind"),
    }
    return render(request, "reports/person.html", context)


@audience(Audience.STAFF)
@require_safe
def why(request: HttpRequest, person_uuid: UUID, allocation_uuid: UUID) -> HttpResponse:
    """The same page that the learner reads."""
    found = _find(request, person_uuid)
    allocation = get_object_or_404(allocations().filter(learner=found.user), uuid=allocation_uuid)
    shown = why_of(allocation, now=timezone.now())
    context = frame(request, "people") | {"learner": found, "why": shown, "issuer": allocation.programme.issuer}
    return render(request, "reports/why.html", context)


@audience(Audience.STAFF)
@require_POST
def assign(request: HttpRequest, person_uuid: UUID) -> HttpResponse:
    """Set somebody of hers on a programme, under its newest rule. Twice is once."""
    found = _find(request, person_uuid)
    if not found.is_mine:
        raise Http404
    programme = get_object_or_404(Programme, code=request.POST.get("programme", ""))
    try:
        allocate(learner=found.user, programme=programme, allocated_at=timezone.now(), allocated_by=request.user)
    except NoRequirements:
        messages.error(request, _("这个证书项目还没有定要求，暂时不能安排。"))
    except NotPlaced:
        messages.error(request, _("她今天没有在岗登记，先登记在哪个单位。"))
    else:
        messages.success(request, _("安排好了：%(programme)s。") % {"programme": programme.title})
    return redirect("reports:person", person_uuid=found.user.uuid)


class NameForm(forms.Form):
    name = forms.CharField(max_length=50, error_messages={"required": gettext_lazy("请写姓名。")})
    reason = forms.CharField(
        min_length=4,
        max_length=200,
        error_messages={
            "required": gettext_lazy("请写明凭什么改，至少四个字。"),
            "min_length": gettext_lazy("请写明凭什么改，至少四个字。"),
        },
    )


@audience(Audience.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest, person_uuid: UUID) -> HttpResponse:
    """Put a name right, with the reason on record; a certificate that only the old name held up is issued at once."""
    found = _find(request, person_uuid)
    if not found.is_mine:
        raise Http404
    user = found.user
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": user.name})
    if form.is_bound and form.is_valid():
        try:
            correct_name(
                learner=user,
                name=form.cleaned_data["name"],
                actor=request.user,
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )
        except ValidationError as refused:
            for sentence in refused.messages:
                form.add_error("name", sentence)
        else:
            messages.success(request, _("姓名改好了。"))
            if user.standings.filter(why__code="name_unprintable").exists():
                messages.warning(request, _("这个姓名里仍有字印不出来，证书还发不了。请联系发证人。"))
            return redirect("reports:person", person_uuid=user.uuid)
    context = frame(request, "people") | {"learner": found, "form": form}
    return render(request, "reports/person_name.html", context, status=422 if form.errors else 200)


def _find(request: HttpRequest, person_uuid: UUID) -> Learner:
    """Outside her scope nobody is there."""
    found = learner(scope=request.scope, person_uuid=person_uuid, now=timezone.now())
    if found is None:
        raise Http404
    return found


def _programmes() -> list[Programme]:
    return list(Programme.objects.filter(requirement_sets__isnull=False).distinct().order_by("code"))
