from django.urls import path

from courses.views.sync import sync

urlpatterns = [path("sync", sync, name="sync")]
