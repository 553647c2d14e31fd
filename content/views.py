"""The site's own words at addresses that templates can name, and what is said when something goes wrong."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import get_language

from content.models import InfoPage
from people.audience import Audience, audience


@audience(Audience.PUBLIC)
def info(request: HttpRequest, slug: str) -> HttpResponse:
    """This will show an information page in the language of the address."""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    page = InfoPage.objects.live().filter(slug=slug, locale__language_code=language).first()
    if page is None:
        raise Http404
    return TemplateResponse(request, "content/info_page.html", {"page": page})
