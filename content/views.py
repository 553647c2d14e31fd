"""The site's own words at addresses that templates can name, and what is said when something goes wrong."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language

from content.models import InfoPage, PolicyIndexPage
from people.audience import Audience, audience


@audience(Audience.PUBLIC)
def policies(request: HttpRequest) -> HttpResponse:
    """To the index of laws and policies in the language of the address; to the home page where there is none yet."""
    page = PolicyIndexPage.objects.live().filter(locale__language_code=_language()).first()
    return redirect(page.get_url(request) if page else "home")


@audience(Audience.PUBLIC)
def info(request: HttpRequest, slug: str) -> HttpResponse:
    """This will show an information page in the language of the address."""
    return _shown(request, InfoPage.objects.live().filter(slug=slug))


@audience(Audience.PUBLIC)
def help_page(request: HttpRequest, slug: str = "") -> HttpResponse:
    """This will show how the product is used: the way in, or the page of one role below it."""
    way_in = InfoPage.objects.live().filter(slug="help")
    if not slug:
        return _shown(request, way_in)
    pages = InfoPage.objects.live().filter(slug=slug)
    first = way_in.filter(locale__language_code=_language()).first()
    return _shown(request, pages.child_of(first) if first else pages.none())


def _shown(request: HttpRequest, pages: QuerySet[InfoPage]) -> HttpResponse:
    page = pages.filter(locale__language_code=_language()).first()
    if page is None:
        raise Http404
    return TemplateResponse(request, "content/info_page.html", {"page": page})


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-hans"
