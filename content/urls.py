from django.http import HttpResponse
from django.urls import path


def not_built_yet(request, **kwargs):
    return HttpResponse(status=501)


urlpatterns = [
    path("about/", not_built_yet, name="about"),
    path("privacy/", not_built_yet, name="privacy"),
]
