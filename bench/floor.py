"""The cheapest signed-in page Django can give: session, user, lesson, progress (four queries) and a small template.

What a lesson page is measured against. Only bench serves it.
"""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.template import engines
from django.urls import path

from config.urls import urlpatterns as ours
from courses.models import LessonPage, LessonProgress

TEMPLATE = engines["django"].from_string(
    "<!doctype html><html lang='zh-CN'><title>{{ lesson.title }}</title><h1>{{ lesson.title }}</h1>"
    "<p>{{ user.name }}</p><p>{{ progress.place }}</p></html>"
)


@login_required
def floor(request, number):
    lesson = LessonPage.objects.only("title", "translation_key").get(
        course__code="C04", number=number, locale__language_code="zh-hans"
    )
    progress = LessonProgress.objects.get(enrolment__learner=request.user, lesson_key=lesson.translation_key)
    return HttpResponse(TEMPLATE.render({"lesson": lesson, "user": request.user, "progress": progress}, request))


urlpatterns = [path("floor/<int:number>/", floor), *ours]
