from django.urls import path

from courses.views import quiz
from courses.views.sync import sync

urlpatterns = [
    path("sync", sync, name="sync"),
    path("attempts/<uuid:attempt_uuid>/steps/", quiz.attempt_step, name="attempt_step"),
    path("attempts/<uuid:attempt_uuid>/submit/", quiz.attempt_submit, name="attempt_submit"),
]
