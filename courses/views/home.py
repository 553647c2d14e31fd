from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from content.models import SiteWords
from courses import selectors
from people.audience import Audience, audience
from people.models import Membership


@audience(Audience.PUBLIC)
@require_safe
def home(request):
    """What to go on with first; a stranger is told where she is."""
    words = SiteWords.for_request(request)
    if not request.user.is_authenticated:
        return render(request, "courses/welcome.html", {"words": words})
    now = timezone.now()
    context = {
        "home": selectors.home(request.user, timezone.localdate(now)),
        "greeting": selectors.greeting(timezone.localtime(now).hour),
        "membership": Membership.objects.on(timezone.localdate(now))
        .filter(user=request.user)
        .select_related("organisation", "region")
        .first(),
        "words": words,
        "today": timezone.localdate(now),
    }
    return render(request, "courses/home.html", context)


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
