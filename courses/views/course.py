from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses import selectors
from courses.models import Course
from courses.services import CourseNotOpen, enrol_learner
from people.audience import Audience, audience


@audience(Audience.PUBLIC)
@require_safe
def course(request, code):
    """What the course is, its outline with reasons, its test; anybody may read it."""
    page = selectors.find_course(code, get_language()) or selectors.find_course(code, "zh-hans")
    if page is None:
        raise Http404
    learner = request.user if request.user.is_authenticated else None
    now = timezone.now()
    screen = selectors.course_screen(page, learner, now)
    context = {
        "screen": screen,
        "rules": screen.test.version if screen.test and screen.test.version else page.course.quiz,
        "outcomes": page.outcomes.splitlines(),
    }
    return render(request, "courses/course.html", context)


@audience(Audience.LEARNER)
@require_POST
def enrol(request, code):
    """One tap, and she is in; then straight to where she goes on."""
    subject = get_object_or_404(Course, code=code.upper())
    try:
        enrolment = enrol_learner(learner=request.user, course=subject, enrolled_at=timezone.now())
    except CourseNotOpen:
        messages.warning(request, _("这门课还在准备，开课后就能报名。"))
        return redirect("course", code=code)
    onward = selectors.next_lesson(enrolment.release.lessons, enrolment.finished_keys, str(enrolment.last_lesson_key))
    if onward is None:
        return redirect("course", code=code)
    return redirect("lesson", code=code, number=onward["number"])
