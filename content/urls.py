from django.urls import path

from content import views

urlpatterns = [
    path("about/", views.info, {"slug": "about"}, name="about"),
    path("laws/", views.policies, name="policies"),
    path("privacy/", views.info, {"slug": "privacy"}, name="privacy"),
]
