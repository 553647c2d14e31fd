from django.http import HttpResponse
from django.urls import path


def not_built_yet(request, **kwargs):
    return HttpResponse(status=501)


urlpatterns = [
    path("", not_built_yet, name="home"),
    path("courses/", not_built_yet, name="catalogue"),
    path("courses/<slug:code>/", not_built_yet, name="course"),
    path("courses/<slug:code>/enrol/", not_built_yet, name="enrol"),
    path("courses/<slug:code>/<int:number>/", not_built_yet, name="lesson"),
    path("courses/<slug:code>/test/", not_built_yet, name="quiz"),
    path("attempts/<uuid:attempt_uuid>/", not_built_yet, name="attempt"),
    path("attempts/<uuid:attempt_uuid>/result/", not_built_yet, name="attempt_result"),
]
