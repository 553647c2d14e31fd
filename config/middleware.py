import logging

from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError
from django.http import HttpResponseBadRequest
from django.urls import NoReverseMatch
from django.views.defaults import bad_request

logger = logging.getLogger(__name__)


class RefuseNul:
    """A NUL in an address asks for nothing that exists; PostgreSQL would raise on it inside somebody else's view."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest()
        return self.get_response(request)


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
STOCK = ("wagtail", "wagtailmedia", "allauth")
# what Wagtail's and allauth's views raise at a field that is missing, of another type, or names nothing
UNREADABLE = (
    AttributeError,
    DataError,
    KeyError,
    NoReverseMatch,
    ObjectDoesNotExist,
    OverflowError,
    RecursionError,
    ValueError,
)


class NotUnderstood:
    """A form that no browser sends is answered with 400 and our page (reliability F5), and is in the log whole.

    Our own views read what they are sent and say what is wrong with it; other people's views raise instead. A NUL
    is in no text of anybody's: PostgreSQL would raise on it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST" or request.content_type not in FORMS:
            return None
        if any("\x00" in text for name, values in request.POST.lists() for text in (name, *values)):
            return bad_request(request, None)
        return None

    def process_exception(self, request, exception):
        is_asking = request.method == "POST" or request.META.get("QUERY_STRING")
        if not is_asking or not isinstance(exception, UNREADABLE):
            return None
        if request.resolver_match.func.__module__.split(".")[0] not in STOCK:
            return None
        logger.error("a form was not understood: %s %s", request.path, exception, exc_info=exception)
        return bad_request(request, None)
