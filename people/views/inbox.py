"""消息: what was said to a person in the app. A message is read when she says so, not when a page was loaded."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from people import about, services
from people.audience import Audience, audience
from people.models import Message

MESSAGES_A_PAGE = 25


@audience(Audience.LEARNER)
@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        services.read_messages(user=request.user, uuids=_uuids(request.POST.getlist("message")), at=timezone.now())
        return redirect("home" if request.POST.get("back") == "home" else "account_messages")
    mine = Message.objects.filter(user=request.user).in_app().order_by("-done_at", "-pk")
    page = Paginator(mine, MESSAGES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": about.with_addresses(request.user, page),
        "has_unread": any(message.read_at is None for message in page),
        "here": "account",
    }
    return render(request, "people/messages.html", context)


def _uuids(texts: list[str]) -> list[UUID]:
    """What is no key of a message is left out: nobody's message is read by it."""
    found = []
    for text in texts[:MESSAGES_A_PAGE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
