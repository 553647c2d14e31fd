"""明天提醒我: she asks to hear of it when her test is open again, or asks no more."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from assessments.selectors import try_state
from courses.models import Enrolment
from courses.quiz_selectors import RETRY_OPEN, RetryReminder, has_try_ahead, retry_reminder
from people.models import Message, User
from people.services import forget_messages, owe_message


class NoTryAhead(Exception):
    """She has passed, is in the middle of a try, has none left, or the course has ended for her."""


@transaction.atomic
def remind_of_retry(*, enrolment: Enrolment, asked_at: datetime) -> RetryReminder:
    """This will owe her a message for the hour when the next try opens, tomorrow at the soonest. Twice is once.

    In the app, and by e-mail to who has an address. Raises NoTryAhead.
    """
    learner = User.objects.select_for_update(no_key=True).get(pk=enrolment.learner_id)
    quiz = enrolment.course.quiz
    if quiz is None:
        raise NoTryAhead
    state = try_state(learner=learner, quiz=quiz, for_uuid=enrolment.uuid, now=asked_at)
    reminder = retry_reminder(enrolment=enrolment, state=state, now=asked_at)
    if reminder is None:
        raise NoTryAhead
    if reminder.is_owed:
        return reminder
    forget_retry(enrolment=enrolment)  # one from before a newer try
    with translation.override(learner.language):
        course = enrolment.course.title
        words = _("“%(course)s”的测试可以再考了，会换一套新题。考前先把错的课再看一遍。") % {"course": course}
        subject = _("可以再考了：%(course)s") % {"course": course}
        way = settings.SITE_URL + reverse("quiz", args=[enrolment.course.slug])
    channels = [(Message.Channel.APP, "", "", words)]
    if learner.email:
        channels.append((Message.Channel.EMAIL, learner.email, subject[:200], f"{words}\n\n{way}"))
    for channel, address, line, body in channels:
        owe_message(
            user=learner,
            channel=channel,
            kind=RETRY_OPEN,
            address=address,
            subject=line,
            body=body,
            about=str(enrolment.uuid),
            now=asked_at,
            due_at=reminder.at,
        )
    return reminder


def forget_retry(*, enrolment: Enrolment) -> None:
    """This will take the reminder back, if it is still owed."""
    forget_messages(user=enrolment.learner, kind=RETRY_OPEN, about=str(enrolment.uuid))


def is_retry_open(*, enrolment: Enrolment, now: datetime) -> bool:
    """This will say whether she could start another try at this moment, and has not begun one by herself."""
    quiz = enrolment.course.quiz
    if quiz is None or not enrolment.learner.is_active:
        return False
    state = try_state(learner=enrolment.learner, quiz=quiz, for_uuid=enrolment.uuid, now=now)
    return has_try_ahead(enrolment, state) and state.next_at is None
