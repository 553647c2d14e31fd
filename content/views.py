"""The site's own words at addresses that templates can name, and what is said when something goes wrong."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language

from content.models import InfoPage, PolicyIndexPage
from people.audience import Audience, audience


@audience(Audience.PUBLIC)
def policies(request: HttpRequest) -> HttpResponse:
    """To the index of laws and policies in the language of the address; to the home page where there is none yet."""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    page = PolicyIndexPage.objects.live().filter(locale__language_code=language).first()
    return redirect(page.get_url(request) if page else "home")


@audience(Audience.PUBLIC)
def info(request: HttpRequest, slug: str) -> HttpResponse:
    """This will show an information page in the language of the address."""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    page = InfoPage.objects.live().filter(slug=slug, locale__language_code=language).first()
    if page is None:
        raise Http404
    return TemplateResponse(request, "content/info_page.html", {"page": page})
