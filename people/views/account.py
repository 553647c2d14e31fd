from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people import services
from people.audience import Audience, audience
from people.forms import LanguageForm
from people.models import Membership, Message
from people.my_data import everything_about

REMINDERS = ("sms_reminders", "1")  # key and version of the text agreed to
LARGE_COOKIE_AGE = timedelta(days=365)


@audience(Audience.LEARNER)
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """我的: who she is here, where she works, and the few things that she can change by herself."""
    reminders = request.user.consents.filter(text_key=REMINDERS[0]).order_by("-pk").first()
    context = {
        "membership": request.scope.memberships(Membership.objects.select_related("organisation", "region")).first(),
        "grants": request.user.role_grants.on(request.scope.on_date).select_related("region", "organisation"),
        "unread": Message.objects.filter(user=request.user).in_app().unread().count(),
        "wants_reminders": bool(reminders and reminders.is_given),
        "here": "account",
    }
    return render(request, "people/account.html", context)


@audience(Audience.LEARNER)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language and go on in it."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        raise Http404
    chosen = form.cleaned_data["language"]
    services.change_language(user=request.user, language=chosen)
    with override(chosen):
        return redirect("account")


@audience(Audience.LEARNER)
@require_POST
def reminders(request: HttpRequest) -> HttpResponse:
    """Agree to reminders by SMS, or withdraw: as easy one way as the other (PIPL, Article 15)."""
    wanted = request.POST.get("is_given") == "1"
    services.record_consent(
        user=request.user,
        text_key=REMINDERS[0],
        text_version=REMINDERS[1],
        is_given=wanted,
        channel="web",
        recorded_at=timezone.now(),
    )
    messages.success(request, _("好的，会用短信提醒您。") if wanted else _("好的，不再用短信提醒您。"))
    return redirect("account")


@audience(Audience.LEARNER)
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Everything we hold about her, as a file."""
    services.record_audit(
        actor=request.user,
        verb="own_data_taken",
        object_kind="user",
        object_id=str(request.user.pk),
        recorded_at=timezone.now(),
    )
    response = JsonResponse(everything_about(request.user), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="qingmiao-{request.user.login_number}.json"'
    response["Cache-Control"] = "no-store"
    return response


@audience(Audience.PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def large(request: HttpRequest) -> HttpResponse:
    """Big letters on or off: a cookie, so that it needs no script and no account."""
    back = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = reverse("home")
    response = redirect(back)
    if request.COOKIES.get("large") == "1":
        response.delete_cookie("large")
    else:
        response.set_cookie(
            "large", "1", max_age=LARGE_COOKIE_AGE, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
        )
    return response
