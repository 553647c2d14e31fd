from django.urls import path

from courses.views import catalogue, course, home, lesson, quiz, why

urlpatterns = [
    path("", home.home, name="home"),
    path("sw.js", home.service_worker, name="service_worker"),
    path("offline/", home.offline, name="offline"),
    path("courses/", catalogue.catalogue, name="catalogue"),
    path("courses/<slug:code>/", course.course, name="course"),
    path("courses/<slug:code>/enrol/", course.enrol, name="enrol"),
    path("courses/<slug:code>/<int:number>/", lesson.lesson, name="lesson"),
    path("courses/<slug:code>/<int:number>/copy/", lesson.lesson_copy, name="lesson_copy"),
    path("courses/<slug:code>/test/", quiz.quiz, name="quiz"),
    path("programmes/<uuid:allocation_uuid>/", why.why, name="why"),
    path("certificates/<uuid:certificate_uuid>/why/", why.certificate_why, name="certificate_history"),
    path("attempts/<uuid:attempt_uuid>/", quiz.attempt, name="attempt"),
    path("attempts/<uuid:attempt_uuid>/result/", quiz.attempt_result, name="attempt_result"),
    path("attempts/<uuid:attempt_uuid>/dispute/", quiz.attempt_dispute, name="attempt_dispute"),
    path("attempts/<uuid:attempt_uuid>/remind/", quiz.attempt_remind, name="attempt_remind"),
]
