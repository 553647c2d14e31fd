"""What the clock rings for learning."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from courses.services.renewal import issue_what_names_held_up, open_renewals, refresh_what_releases_left_behind
from courses.services.submission import close_all_overdue


@shared_task(expires=settings.SWEEP_SECONDS)  # one that piled up behind a dead worker says nothing new
def close_tests_whose_time_ran_out() -> int:
    return close_all_overdue(now=timezone.now())


@shared_task(expires=settings.SWEEP_SECONDS)
def open_renewals_that_are_due() -> int:
    return open_renewals(now=timezone.now())


@shared_task
def catch_up_standings() -> int:
    """Names that can be printed by now, outlines that are new: each says by itself what is due."""
    now = timezone.now()
    return issue_what_names_held_up(now=now) + refresh_what_releases_left_behind(now=now)
