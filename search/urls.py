from django.http import HttpResponse
from django.urls import path


def not_built_yet(request, **kwargs):
    return HttpResponse(status=501)


urlpatterns = [path("search/", not_built_yet, name="search")]
