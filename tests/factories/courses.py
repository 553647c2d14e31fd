"""The smallest valid course, programme and enrolment. Lessons as pages are in content.py."""

import uuid
from datetime import UTC, datetime

import factory

from certificates.models import Issuer
from courses.models import Course, CourseRelease, Enrolment, Programme, Requirement, RequirementSet
from tests.factories.people import RegionFactory, UserFactory

LONG_AGO = datetime(2026, 1, 1, 4, 0, tzinfo=UTC)


class CourseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Course

    code = factory.Sequence(lambda n: f"T{n:03d}")
    title_zh = factory.LazyAttribute(lambda c: f"课程 {c.code}")
    title_en = factory.LazyAttribute(lambda c: f"Course {c.code}")
    hours = factory.LazyAttribute(lambda c: 3)


def outline(count: int = 3) -> list[dict]:
    """This will make an outline of required lessons with fresh keys, as CourseRelease.lessons has them."""
    return [
        {
            "key": str(uuid.uuid4()),
            "number": n,
            "module": 1,
            "module_title": {"zh": "识别", "en": "Signs"},
            "title": {"zh": f"第{n}课题", "en": f"Lesson {n}"},
            "hours": "1",
            "is_required": True,
            "revisions": {},
        }
        for n in range(1, count + 1)
    ]


class CourseReleaseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CourseRelease

    course = factory.SubFactory(CourseFactory)
    number = 1
    lessons = factory.LazyFunction(outline)
    content_hash = factory.Sequence(lambda n: f"{n:064d}")
    released_at = LONG_AGO


class EnrolmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Enrolment

    learner = factory.SubFactory(UserFactory)
    release = factory.SubFactory(CourseReleaseFactory)
    course = factory.SelfAttribute("release.course")
    enrolled_at = LONG_AGO


class IssuerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Issuer
        django_get_or_create = ("code",)

    code = "QM"
    name_zh = "苍岭省青少年社会工作培训中心"
    region = factory.SubFactory(RegionFactory)


class ProgrammeFactory(factory.django.DjangoModelFactory):
    """A programme with one rule version that demands the given courses (one new one by default)."""

    class Meta:
        model = Programme
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"P{n:03d}")
    title_zh = "儿童主任上岗培训"
    title_en = "Village child-welfare director training"
    issuer = factory.SubFactory(IssuerFactory)

    @factory.post_generation
    def courses(self, create, extracted, **kwargs):
        rules = RequirementSet.objects.create(programme=self, number=1, decided_at=LONG_AGO)
        for course in extracted or [CourseReleaseFactory().course]:
            Requirement.objects.create(requirement_set=rules, course=course)
