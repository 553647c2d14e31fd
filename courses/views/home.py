from datetime import date

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from content.models import SiteWords
from courses import selectors
from people import about
from people.audience import Audience, audience
from people.models import Membership, Message, RoleGrant, User
from people.scope import roles_of

# where somebody who came to work, not to learn, goes on: the first of her roles
DESKS = (
    (RoleGrant.Role.STAFF, "reports:overview"),
    (RoleGrant.Role.REGISTRAR, "reports:register"),
    (RoleGrant.Role.SEAL_KEEPER, "certificate_designs"),
    (RoleGrant.Role.TRAINER, "wagtailadmin_home"),
    (RoleGrant.Role.REVIEWER, "wagtailadmin_home"),
    (RoleGrant.Role.LEGAL, "wagtailadmin_home"),
    (RoleGrant.Role.SAFEGUARDING, "wagtailadmin_home"),
    (RoleGrant.Role.ADMINISTRATOR, "reports:roles"),
)
NEWS = 3  # messages on the home screen; all of them stand under 我的


@audience(Audience.PUBLIC)
@require_safe
def home(request):
    """What to go on with first; a stranger is told where she is."""
    words = SiteWords.for_request(request)
    if not request.user.is_authenticated:
        return render(request, "courses/welcome.html", {"words": words})
    now = timezone.now()
    learning = selectors.home(request.user, timezone.localdate(now))
    if not learning.courses and (desk := _desk(request.user, timezone.localdate(now))):
        return redirect(desk)
    context = {
        "home": learning,
        "greeting": selectors.greeting(timezone.localtime(now).hour),
        "membership": Membership.objects.on(timezone.localdate(now))
        .filter(user=request.user)
        .select_related("organisation", "region")
        .first(),
        "news": _news(request.user),
        "words": words,
        "today": timezone.localdate(now),
    }
    return render(request, "courses/home.html", context)


def _news(user: User) -> list[tuple[Message, str]]:
    """The newest unread messages, each with where it leads away from here."""
    unread = Message.objects.filter(user=user).in_app().unread().order_by("-done_at", "-pk")[:NEWS]
    here = reverse("home")
    return [(message, "" if address == here else address) for message, address in about.with_addresses(user, unread)]


def _desk(user: User, today: date) -> str | None:
    roles = roles_of(user, today)
    return next((name for role, name in DESKS if role in roles), None)


@audience(Audience.PUBLIC)
@require_safe
@cache_control(max_age=3600)
def offline(request):
    """What the phone shows where there is no network and the page was never kept. Nothing about anybody."""
    return render(request, "courses/offline.html")


@audience(Audience.PUBLIC)
@require_safe
@cache_control(no_cache=True)
def service_worker(request):
    """The service worker stands at the root, or it could keep nothing that lies above it."""
    return render(request, "courses/sw.js", content_type="text/javascript")
