from django.http import HttpResponse
from django.urls import path


def not_built_yet(request, **kwargs):
    return HttpResponse(status=501)


urlpatterns = [
    path("me/", not_built_yet, name="account"),
    path("large/", not_built_yet, name="account_large"),
    path("slip/", not_built_yet, name="sign_in_slip"),
]
