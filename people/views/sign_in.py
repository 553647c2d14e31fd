from datetime import timedelta

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from people import limits, services
from people.audience import Audience, audience
from people.auth import find_person
from people.forms import CodeForm, PasswordForm, PhoneForm, SlipForm
from people.models import RoleGrant, User
from people.phones import mask_phone
from people.scope import roles_of

STAFF_SESSION = timedelta(hours=12)
RESEND_AFTER = timedelta(minutes=1)
DEMO_CODE = "demo_code"  # where the demo keeps the code that a phone would have shown


@never_cache
@sensitive_post_parameters("pw", "otp", "slip")
@audience(Audience.PUBLIC)
def sign_in(request: HttpRequest) -> HttpResponse:
    """The only door: one page, three ways, no script."""
    if request.user.is_authenticated:
        return redirect(get_next_redirect_url(request) or "home")
    if request.method != "POST":
        return _page(request, way=request.GET.get("way", ""))
    way = request.POST.get("way", "")
    try:
        limits.take(request, "visit")
        return WAYS.get(way, _page)(request)
    except limits.TooOften as refusal:
        return _too_often(request, way, refusal)


def _send(request: HttpRequest) -> HttpResponse:
    """Says the same whether the number is known or not."""
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    phone, now = form.cleaned_data["tel"], timezone.now()
    limits.take(request, "send_address")
    try:
        limits.take(request, "send", phone)
    except limits.TooOften:
        return _page(request, sent_to=phone, error=_("刚发过，请等一分钟再发。收不到短信，可以用登录条。"), status=429)
    user = find_person(phone)
    code = services.send_sign_in_code(user=user, now=now) if user else None
    if settings.DEMO and code:
        request.session[DEMO_CODE] = {"phone": phone, "code": code}
    return _page(request, sent_to=phone, resend_at=now + RESEND_AFTER)


def _by_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    phone = PhoneForm(request.POST)
    sent_to = phone.cleaned_data["tel"] if phone.is_valid() else ""
    if not form.is_valid():
        return _page(request, form, sent_to=sent_to, status=400)
    give_back = limits.take(request, "code", sent_to)
    user = find_person(sent_to)
    try:
        if user is None:
            raise services.WrongCode
        services.use_sign_in_code(user=user, code=form.cleaned_data["otp"], now=timezone.now())
    except services.WrongCode:
        form.add_error("otp", _("验证码不对，或者过了 5 分钟。请看最近的一条短信，或者再发一次。"))
        return _page(request, form, sent_to=sent_to, status=400)
    give_back()
    request.session.pop(DEMO_CODE, None)
    return _open(request, user, "code", keep=form.cleaned_data["keep"])


def _by_slip(request: HttpRequest) -> HttpResponse:
    """A wrong code names nobody, so its first half stands for the account: the second half is what is guessed."""
    form = SlipForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    code = form.cleaned_data["slip"]
    give_back = [limits.take(request, "slip_address"), limits.take(request, "slip", code[:4])]
    try:
        user = services.use_slip(code=code, now=timezone.now(), address=get_ip(request))
    except services.WrongCode:
        form.add_error("slip", _("这张登录条用不了：码不对、用过了，或者已换了新的。找镇儿童督导员再要一张。"))
        return _page(request, form, status=400)
    for slot in give_back:
        slot()
    return _open(request, user, "slip", keep=True)


def _by_password(request: HttpRequest) -> HttpResponse:
    """Phone, e-mail and learner number lead to one account, and its tries are counted together."""
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    who = form.cleaned_data["who"]
    found = find_person(who)
    give_back = limits.take(request, "password", f"user:{found.pk}" if found else f"text:{who.strip().lower()}")
    user = authenticate(request, username=who, password=form.cleaned_data["pw"])
    if user is None:
        form.add_error("pw", _("号码或密码不对，请再看看。忘了密码，可以用验证码登录。"))
        return _page(request, form, status=400)
    give_back()
    return _open(request, user, "password", keep=True)


WAYS = {"send": _send, "code": _by_code, "slip": _by_slip, "password": _by_password}


def _open(request: HttpRequest, user: User, method: str, *, keep: bool) -> HttpResponse:
    """allauth takes over: a second factor if she has one, then the session."""
    record_authentication(request, user, method=method)
    response = perform_login(request, Login(user=user, redirect_url=get_next_redirect_url(request)))
    if user.is_superuser or roles_of(user, timezone.localdate()) & set(RoleGrant.STAFF_ROLES):
        request.session.set_expiry(STAFF_SESSION)
    else:
        request.session.set_expiry(settings.SESSION_COOKIE_AGE if keep else 0)
    return response


def _page(request, form=None, *, way="", sent_to="", resend_at=None, error="", status=200) -> HttpResponse:
    demo_code = request.session.get(DEMO_CODE) if settings.DEMO else None
    context = {
        "form": form,
        "way": way or request.POST.get("way", ""),
        "sent_to": sent_to,
        "masked": mask_phone(sent_to),
        "resend_at": resend_at,
        "error": error,
        "demo_code": demo_code["code"] if demo_code and demo_code["phone"] == sent_to else "",
        "next": get_next_redirect_url(request) or "",
        "is_factor_relaxed": not settings.MFA_REQUIRED_FOR_STAFF,
    }
    return render(request, "account/login.html", context, status=status)


def _too_often(request: HttpRequest, way: str, refusal: limits.TooOften) -> HttpResponse:
    if refusal.what in ("visit", "send_address", "slip_address"):
        response = render(request, "people/busy.html", {"is_outage": False}, status=429)
    else:
        words = {
            "password": _("试错的次数多了。请 15 分钟后再来，或者改用验证码、登录条。"),
            "code": _("试错的次数多了。请 15 分钟后再来，或者改用登录条。"),
            "slip": _("试错的次数多了。请 15 分钟后再来，或者找镇儿童督导员换一张登录条。"),
        }
        sent_to = PhoneForm(request.POST)
        sent_to = sent_to.cleaned_data["tel"] if way == "code" and sent_to.is_valid() else ""
        response = _page(request, sent_to=sent_to, error=words[refusal.what], status=429)
    response["Retry-After"] = str(limits.WAIT_SECONDS)
    return response


@audience(Audience.PUBLIC)
def with_slip(request: HttpRequest) -> HttpResponse:
    """The short address printed on a slip."""
    return redirect(f"{reverse('account_login')}?{urlencode({'way': 'slip'})}#slip")


@audience(Audience.PUBLIC)
def other_door(request: HttpRequest, **kwargs) -> HttpResponse:
    """Wagtail's and Django's own sign-in and password pages lead to the one door."""
    target = reverse("account_login")
    following = get_next_redirect_url(request)
    return redirect(f"{target}?{urlencode({'next': following})}" if following else target)
