from django.urls import path

from content import views

urlpatterns = [
    path("about/", views.info, {"slug": "about"}, name="about"),
    path("help/", views.help_page, name="help"),
    path("help/<slug:slug>/", views.help_page, name="help_page"),
    path("laws/", views.policies, name="policies"),
    path("privacy/", views.info, {"slug": "privacy"}, name="privacy"),
]
