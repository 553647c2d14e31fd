"""What phones sent and we could not take: an administrator looks, takes it after all, or sets it aside."""

import json

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.models import LearningEvent, QuarantinedEvent
from courses.quarantine import AlreadySettled, replay, set_aside
from courses.services import EventRefused
from people.audience import Audience, audience
from people.models import Membership
from people.scope import Scope
from reports.views.desk import frame

ROWS_A_PAGE = 50

asks = require_http_methods(["GET", "HEAD", "POST"])


class SetAsideForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=200,
        help_text=gettext_lazy("例如这是测试手机发来的，不是她学的。"),
        error_messages={"required": gettext_lazy("请写明理由，以后查得到。")},
    )


@never_cache
@audience(Audience.ADMINISTRATOR)
@require_safe
def quarantined(request: HttpRequest) -> HttpResponse:
    is_settled = request.GET.get("which") == "settled"
    rows = _hers(request.scope)
    rows = rows.settled() if is_settled else rows.open()
    page = Paginator(rows.order_by("-received_at", "-pk"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.what = _what(row.payload)
    context = {"page": page, "is_settled": is_settled, "query": "&which=settled" if is_settled else ""}
    return render(request, "reports/quarantined.html", frame(request, "roles") | context)


@never_cache
@audience(Audience.ADMINISTRATOR)
@require_safe
def kept_event(request: HttpRequest, event_uuid) -> HttpResponse:
    return _page(request, "kept_event", _one(request, event_uuid))


@never_cache
@audience(Audience.ADMINISTRATOR)
@asks
def kept_event_replay(request: HttpRequest, event_uuid) -> HttpResponse:
    """First what will happen, then the deed. What is refused again stays, and the page says why."""
    kept = _one(request, event_uuid)
    if request.method != "POST":
        return _page(request, "kept_event_replay", kept)
    try:
        replay(kept=kept, actor=request.user, at=timezone.now())
    except EventRefused as refused:
        return _page(request, "kept_event_replay", kept, status=422, refused=str(refused))
    except AlreadySettled:
        return _page(request, "kept_event", _one(request, event_uuid), status=409)
    messages.success(request, _("这条记录收下了，%(name)s的进度也跟着算了。") % {"name": kept.learner.name})
    return redirect("reports:quarantined")


@never_cache
@audience(Audience.ADMINISTRATOR)
@asks
def kept_event_set_aside(request: HttpRequest, event_uuid) -> HttpResponse:
    kept = _one(request, event_uuid)
    form = SetAsideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_aside(kept=kept, actor=request.user, reason=form.cleaned_data["reason"], at=timezone.now())
        except AlreadySettled:
            return _page(request, "kept_event", _one(request, event_uuid), status=409)
        messages.success(request, _("这条记录搁下了。原文还留着。"))
        return redirect("reports:quarantined")
    return _page(request, "kept_event_set_aside", kept, status=422 if request.method == "POST" else 200, form=form)


def _hers(scope: Scope) -> QuerySet[QuarantinedEvent]:
    """Of people in post inside the administrator's own places, and of people in no post."""
    posts = Membership.objects.on(scope.on_date).filter(user=OuterRef("learner"))
    inside = scope.memberships().filter(user=OuterRef("learner"))
    rows = QuarantinedEvent.objects.select_related("learner", "settled_by")
    return rows.filter(Q(Exists(inside)) | ~Q(Exists(posts)))


def _one(request: HttpRequest, event_uuid) -> QuarantinedEvent:
    return get_object_or_404(_hers(request.scope), uuid=event_uuid)


def _what(payload: dict) -> str:
    """The event in words, as far as it says."""
    kind, course = payload.get("kind"), payload.get("course")
    known = isinstance(kind, str) and kind in LearningEvent.Kind.values
    said = str(LearningEvent.Kind(kind).label) if known else _("认不出的事")
    return f"{said} {course[:10]}" if isinstance(course, str) else said


def _page(request: HttpRequest, name: str, kept: QuarantinedEvent, status: int = 200, **context) -> HttpResponse:
    words = json.dumps(kept.payload, ensure_ascii=False, indent=2, sort_keys=True)
    context |= {"kept": kept, "what": _what(kept.payload), "words": words}
    return render(request, f"reports/{name}.html", frame(request, "roles") | context, status=status)
