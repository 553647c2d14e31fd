from django.shortcuts import render
from django.utils.translation import get_language

from people.audience import Audience, audience
from search.entries import KINDS
from search.service import find


@audience(Audience.PUBLIC)
def search(request):
    """The search page: one field, what was found, kinds as filters in the address."""
    number = request.GET.get("page", "1")
    found = find(
        text=request.GET.get("q", ""),
        language=get_language(),
        kind=request.GET.get("kind", "") if request.GET.get("kind") in KINDS else "",
        number=int(number) if number.isdecimal() and 0 < int(number) < 10_000 else 1,
    )
    return render(request, "search/search.html", {"found": found, "pages": range(1, found.page_count + 1)})
