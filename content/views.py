"""The site's own words at addresses that templates can name, and what is said when something goes wrong."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from wagtail.views import serve

from content.models import InfoPage, PolicyIndexPage
from people.audience import Audience, audience

PICTURE = re.compile(r"\w[\w.-]*\.(webp|png|jpe?g|gif|avif)")
KINDS = {"jpg": "jpeg"}


@audience(Audience.PUBLIC)
def policies(request: HttpRequest) -> HttpResponse:
    """To the index of laws and policies in the language of the address; to the home page where there is none yet.

    An index whose own address this is (a trainer called it laws) is shown here, as Wagtail would.
    """
    page = PolicyIndexPage.objects.live().filter(locale__language_code=_language()).first()
    address = page.get_url(request) if page else None
    if address and urlsplit(address).path == request.path:
        return serve(request, "laws/")
    return redirect(address or "home")


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


@audience(Audience.PUBLIC)
def picture(request: HttpRequest, name: str) -> FileResponse:
    """This will send a picture as pages show it. Originals and everything else that is stored stay where they are.

    A web server in front may send the folder itself; without one, as in the demo, lessons have their pictures too. A
    name is made of its picture's and never used for another, so it is kept for good.
    """
    kind = PICTURE.fullmatch(name)
    path = Path(settings.MEDIA_ROOT) / "images" / name
    if kind is None or not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type=f"image/{KINDS.get(kind[1], kind[1])}")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
