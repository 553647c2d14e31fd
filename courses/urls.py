from django.http import HttpResponse
from django.urls import path

from courses.views import catalogue, course, home, lesson


def not_built_yet(request, **kwargs):
    return HttpResponse(status=501)


urlpatterns = [
    path("", home.home, name="home"),
    path("sw.js", home.service_worker, name="service_worker"),
    path("offline/", home.offline, name="offline"),
    path("courses/", catalogue.catalogue, name="catalogue"),
    path("courses/<slug:code>/", course.course, name="course"),
    path("courses/<slug:code>/enrol/", course.enrol, name="enrol"),
    path("courses/<slug:code>/<int:number>/", lesson.lesson, name="lesson"),
    path("courses/<slug:code>/<int:number>/copy/", lesson.lesson_copy, name="lesson_copy"),
    path("courses/<slug:code>/test/", not_built_yet, name="quiz"),
    path("attempts/<uuid:attempt_uuid>/", not_built_yet, name="attempt"),
    path("attempts/<uuid:attempt_uuid>/result/", not_built_yet, name="attempt_result"),
]
