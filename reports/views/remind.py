"""提醒: who and in which words, looked at before it is sent; then what came of it."""

from uuid import UUID

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.models import Standing
from people.audience import Audience, audience
from reports import reminding, selectors
from reports.models import ReminderRound
from reports.person import names_of
from reports.titles import list_title
from reports.views.desk import Desk, desk_of, frame

NAMES_SHOWN = 100


class NoteForm(forms.Form):
    note = forms.CharField(max_length=100, required=False)


@audience(Audience.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HttpRequest) -> HttpResponse:
    """GET or POST without `sure` shows what would be sent; with it, it is sent. `who` narrows the list to some."""
    desk = desk_of(request)
    chosen = _uuids(request.POST.getlist("who")) if request.method == "POST" else []
    context = frame(request, "people") | {"desk": desk, "who": chosen, "most": reminding.MOST_AT_ONCE}
    if desk.programme is None or (desk.place is None and not chosen):
        context["choices"] = [(place, desk.address("remind", place)) for place in desk.roots]
        return render(request, "reports/choose.html", context)
    if request.method == "POST" and not chosen and request.POST.get("all") != "1":
        messages.warning(request, _("还没有选人。先在名单里勾上要提醒的人。"))
        return redirect(desk.address("people"))
    rows = _rows(request, desk, chosen)
    form = NoteForm(request.POST if request.method == "POST" else None)
    note = form.cleaned_data["note"].strip() if form.is_bound and form.is_valid() else ""
    sender, now = f"{context['desk_organisation']} {request.user.name}".strip(), timezone.now()
    try:
        if request.POST.get("sure") == "yes" and not form.errors:
            this = reminding.remind(
                actor=request.user,
                programme=desk.programme,
                standings=rows,
                sender=sender,
                note=note,
                at=now,
                address=get_adapter(request).get_client_ip(request),
            )
            return redirect("reports:reminded", round_uuid=this.uuid)
        plan = reminding.plan_reminders(rows, on_date=request.scope.on_date)
    except reminding.TooMany:
        return render(request, "reports/remind.html", context | {"too_many": True}, status=422)
    names, reasons = reminding.kind_names(), reminding.reasons()
    context |= {
        "plan": plan,
        "form": form,
        "title": list_title(desk.filters, len(plan.to) + len(plan.skipped)) if not chosen else "",
        "samples": [
            (
                names[kind],
                count,
                one.user.name,
                reminding.reminder_words(one, kind, sender=sender, note=note, on_date=request.scope.on_date),
            )
            for kind, count, one in plan.kinds
        ],
        "skipped": _by_reason([(code, standing.user) for standing, code in plan.skipped], reasons),
        "back": desk.address("people"),
    }
    return render(request, "reports/remind.html", context)


@audience(Audience.STAFF)
@require_safe
def reminded(request: HttpRequest, round_uuid: UUID) -> HttpResponse:
    """What came of it, for whoever pressed: who was reminded, who was not and why, and whom words may not reach."""
    this = get_object_or_404(ReminderRound.objects.select_related("programme"), uuid=round_uuid, sent_by=request.user)
    sent = list(this.reminders.order_by("pk").only("user_id", "has_email"))
    mute = {r.user_id for r in sent if not r.has_email}
    people = names_of(scope=request.scope, user_ids=[*mute, *(int(pk) for pk in this.skipped)])
    never_came = [people[pk] for pk in sorted(mute) if pk in people and people[pk].last_login is None]
    left_out = [(code, people[int(pk)]) for pk, code in this.skipped.items() if int(pk) in people]
    context = frame(request, "people") | {
        "round": this,
        "sent": len(sent),
        "emailed": len(sent) - len(mute),
        "without_email": len(mute),
        "unreached": never_came[:NAMES_SHOWN],
        "unreached_total": len(never_came),
        "skipped": _by_reason(left_out, reminding.reasons()),
        "left_out": len(this.skipped),
    }
    return render(request, "reports/reminded.html", context)


def _rows(request: HttpRequest, desk: Desk, chosen: list[UUID]):
    """The people of the list, or those of them who were ticked: inside the scope either way."""
    if chosen:
        rows = Standing.objects.filter(request.scope.as_q(), programme=desk.programme, user__uuid__in=chosen)
    else:
        rows = selectors.chosen(
            scope=request.scope,
            region=desk.place,
            programme=desk.programme,
            filters=desk.filters,
            on_date=request.scope.on_date,
        )
    return rows.select_related("user", "programme")[: reminding.MOST_AT_ONCE + 1]


def _by_reason(pairs, reasons: dict[str, str]) -> list[tuple[str, int, list]]:
    """Each reason with how many it holds back and the first of their names."""
    found: dict[str, list] = {}
    for code, user in pairs:
        found.setdefault(code, []).append(user)
    return [(reasons[code], len(users), users[:NAMES_SHOWN]) for code, users in found.items()]


def _uuids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts[: reminding.MOST_AT_ONCE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
