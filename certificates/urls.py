from django.http import HttpResponse
from django.urls import path


def not_built_yet(request, **kwargs):
    return HttpResponse(status=501)


urlpatterns = [
    path("certificates/", not_built_yet, name="certificates"),
    path("certificates/<uuid:certificate_uuid>/", not_built_yet, name="certificate"),
    path("certificates/<uuid:certificate_uuid>/pdf/", not_built_yet, name="certificate_pdf"),
    path("certificates/<uuid:certificate_uuid>/why/", not_built_yet, name="certificate_history"),
    path("verify/", not_built_yet, name="verify_search"),
    path("v/<str:code>/", not_built_yet, name="verify"),
]
