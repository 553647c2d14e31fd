from django.http import HttpResponseBadRequest


class RefuseNul:
    """A NUL in an address asks for nothing that exists; PostgreSQL would raise on it inside somebody else's view."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest()
        return self.get_response(request)
