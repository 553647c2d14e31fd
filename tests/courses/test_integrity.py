"""Replay equals live and increments equal a recount, on histories nobody thought of."""

import random
import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from certificates.models import Certificate
from courses.integrity import check
from courses.models import Enrolment, LearningEvent, LessonProgress, Standing, Tally
from courses.rules import next_lesson
from courses.services import (
    EventRefused,
    allocate,
    close_enrolment,
    enrol_learner,
    open_next_period,
    record_event,
    record_quiz_passed,
    refresh_standings_of,
    restore_certificate,
    withdraw_certificate,
)
from courses.services.standing import recount, stored_tallies
from people.models import Membership
from tests.factories.courses import LONG_AGO, CourseReleaseFactory, ProgrammeFactory, outline
from tests.factories.people import OrganisationFactory, RegionFactory, UserFactory

pytestmark = pytest.mark.django_db
Kind = LearningEvent.Kind


VERBS = ["move", "revoke", "restore", "renew", "close", "pass"]


class History:
    """A small country and a seeded year in it."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        nation = RegionFactory(level=0)
        provinces = [RegionFactory(level=1, parent=nation) for _ in range(2)]
        counties = [RegionFactory(level=3, parent=p) for p in provinces for _ in range(2)]
        self.stations = [OrganisationFactory(region=county) for county in counties]
        courses = [CourseReleaseFactory(lessons=outline(2)).course for _ in range(2)]
        self.courses = courses
        self.programmes = [ProgrammeFactory(courses=courses[:1]), ProgrammeFactory(courses=courses)]
        self.learners = [UserFactory() for _ in range(3)]
        self.registrar = UserFactory()
        self.now = LONG_AGO
        for learner in self.learners:
            self.place(learner)

    def place(self, learner):
        Membership.objects.filter(user=learner, ended_date__isnull=True, started_date__lt=self.now.date()).update(
            ended_date=self.now.date()
        )
        if not Membership.objects.filter(user=learner, ended_date__isnull=True).exists():
            station = self.random.choice(self.stations)
            Membership.objects.create(
                user=learner,
                organisation=station,
                region=station.region,
                worker=Membership.Worker.VILLAGE_DIRECTOR,
                started_date=self.now.date(),
            )
        refresh_standings_of(learner=learner, changed_at=self.now)

    def step(self):
        r = self.random
        self.now += timedelta(minutes=r.choice([1, 2, 30, 60 * 24, 60 * 24 * 20]))
        learner = r.choice(self.learners)
        verb = r.choice([*VERBS, *["enrol"] * 4, *["allocate"] * 2, *["learn"] * 18])
        if verb == "enrol":
            enrol_learner(learner=learner, course=r.choice(self.courses), enrolled_at=self.now)
        elif verb == "allocate":
            allocate(learner=learner, programme=r.choice(self.programmes), allocated_at=self.now)
        elif verb == "move":
            self.place(learner)
        elif verb in ("revoke", "restore"):
            certificate = Certificate.objects.order_by("pk").filter(learner=learner).last()
            if certificate:
                act = withdraw_certificate if verb == "revoke" else restore_certificate
                if (verb == "revoke") == self.is_valid(certificate):
                    act(certificate=certificate, actor=self.registrar, reason="试", at=self.now)
        elif verb == "renew":
            for allocation in learner.allocations.all():
                open_next_period(allocation=allocation, opened_at=self.now)
        else:
            self.learn(learner, verb)

    def is_valid(self, certificate) -> bool:
        return certificate.events.order_by("id").last().kind in ("issued", "reinstated")

    def learn(self, learner, verb):
        enrolment = Enrolment.objects.open().of(learner).order_by("pk").last()
        if enrolment is None:
            return
        if verb == "close":
            close_enrolment(enrolment=enrolment, closed_at=self.now)
            return
        if verb == "pass":
            record_quiz_passed(enrolment=enrolment, attempt_uuid=uuid.uuid4(), passed_at=self.now)
            return
        r = self.random
        lessons = enrolment.release.lessons
        onward = next_lesson(lessons, enrolment.finished_keys)
        lesson = onward if onward and r.random() < 0.8 else r.choice(lessons)
        kind = r.choice([Kind.OPENED, Kind.PLACE, Kind.SELF_CHECK, Kind.FINISHED, Kind.FINISHED])
        data = {Kind.PLACE: {"block": r.choice("abc")}, Kind.SELF_CHECK: {"block": "q", "chosen": [r.randrange(3)]}}
        events = list(LearningEvent.objects.filter(enrolment=enrolment))
        repeats = events and r.random() < 0.1
        try:
            record_event(
                enrolment=enrolment,
                kind=kind,
                event_uuid=r.choice(events).uuid if repeats else uuid.UUID(int=r.getrandbits(128), version=4),
                lesson_key=uuid.UUID(lesson["key"]),
                data=data.get(kind, {}),
                device=r.choice(["", "phone", "tablet"]),
                sequence=r.randrange(50),
                recorded_at=self.now,
            )
        except EventRefused:
            return


@pytest.mark.parametrize("seed", range(4))
def test_replay_equals_live_and_increments_equal_a_recount(seed):
    history = History(seed)

    for _ in range(120):
        history.step()

    assert [str(d) for d in check(mend=False, at=history.now)] == []
    assert stored_tallies() == recount()
    assert LearningEvent.objects.count() > 20
    assert Standing.objects.exists()
    assert Certificate.objects.exists()


def test_it_finds_what_was_tampered_with_and_mends_it():
    history = History(1)
    for _ in range(120):
        history.step()
    Enrolment.objects.filter(pk=Enrolment.objects.first().pk).update(lessons_finished=9)
    LessonProgress.objects.filter(pk=LessonProgress.objects.first().pk).update(place="elsewhere")
    Standing.objects.filter(pk=Standing.objects.first().pk).update(lessons_total=99)
    Tally.objects.filter(pk=Tally.objects.filter(fact="learner").first().pk).update(count=77)
    out = StringIO()

    with pytest.raises(SystemExit) as stopped:
        call_command("check_integrity", stdout=out)
    call_command("check_integrity", "--mend", stdout=StringIO())

    assert stopped.value.code == 1
    assert all(word in out.getvalue() for word in ("lessons_finished", "place", "lessons_total", "tally"))
    call_command("check_integrity", stdout=out)
    assert "to the row" in out.getvalue()
