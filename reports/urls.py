from django.http import HttpResponse
from django.urls import path


def not_built_yet(request, **kwargs):
    return HttpResponse(status=501)


app_name = "reports"
urlpatterns = [
    path("", not_built_yet, name="overview"),
    path("people/", not_built_yet, name="people"),
    path("exports/", not_built_yet, name="exports"),
]
