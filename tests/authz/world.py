"""A small country for the matrix of rights: two provinces, three counties, somebody on every side of a border.

    CN ─┬─ 甲省 ─┬─ 里县 ── 里镇     the viewers hold their roles over 里县
        │        └─ 旁县             beside
        └─ 乙省 ─── 远县             another province

Everybody carries canaries: values that stand nowhere else, so that finding one on a page is a leak. Add a table of your
app by giving every person her rows in `build_world` or in your own fixture that takes the world.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.utils import timezone

from assessments.models import MarkDispute
from courses.models import CertificationPeriod, Cohort, CohortMember, LessonProgress
from courses.services import quarantine
from courses.services.standing import rebuild_tallies
from people import services
from people.models import Membership, Region, RegionDesignation, RoleGrant, User
from tests.factories.assessments import right, sit, small_quiz
from tests.factories.certificates import CertificateFactory, IssuerFactory
from tests.factories.courses import CourseReleaseFactory, EnrolmentFactory, ProgrammeFactory
from tests.factories.people import MembershipFactory, OrganisationFactory, RegionFactory, RoleGrantFactory, UserFactory
from tests.factories.reports import AllocationFactory, StandingFactory

# where the other person stands, seen from 里县
RELATIONS = ("inside", "beside", "above", "elsewhere", "former", "none")
VIEWERS = (
    "stranger",
    "learner",
    "trainer",
    "reviewer",
    "staff",
    "registrar",
    "seal_keeper",
    "administrator",
    "ended",
)


@dataclass
class Person:
    """Somebody, with what nobody else may read of her: token by field."""

    user: User
    canaries: dict[str, str]
    keys: dict[str, object] = field(default_factory=dict)  # rows of hers that an address may name


@dataclass
class World:
    people: dict[str, Person]  # by relation
    viewers: dict[str, Person | None]  # by role; None is a stranger
    regions: dict[str, Region]
    today: date


def build_world() -> World:
    today = timezone.localdate()
    nation = RegionFactory(code="100000", name="全国", level=0)
    first = RegionFactory(code="980000", name="甲省", level=1, parent=nation)
    second = RegionFactory(code="970000", name="乙省", level=1, parent=nation)
    home = RegionFactory(code="980101", name="里县", level=3, parent=first)
    town = RegionFactory(code="980101001", name="里镇", level=4, parent=home)
    beside = RegionFactory(code="980102", name="旁县", level=3, parent=first)
    far = RegionFactory(code="970101", name="远县", level=3, parent=second)

    people = {
        "inside": _person(1, town),
        "beside": _person(2, beside),
        "above": _person(3, first),
        "elsewhere": _person(4, far),
        "former": _person(5, town, ended=today - timedelta(days=30)),
        "none": _person(6, None),
    }
    MembershipFactory(
        user=people["former"].user,
        organisation=OrganisationFactory(region=beside),
        started_date=today - timedelta(days=30),
    )
    # each holds a certificate of where she was in post then: it stays with that county
    for relation, where in zip(RELATIONS, (town, beside, first, far, town, far), strict=True):
        # and each place issues its own, so that a registrar's own design is told from another place's
        issuer = IssuerFactory(code=f"Q{relation[0].upper()}", region=where)
        held = CertificateFactory(learner=people[relation].user, region=where, issuer=issuer, issued_at=timezone.now())
        must_learn = RoleGrantFactory(user=people[relation].user, role=RoleGrant.Role.LEARNER, region=where)
        people[relation].keys |= {
            "certificate": held.uuid,
            "code": held.verify_code,
            "grant": must_learn.pk,
            "issuer": issuer.code,
        }
    # each is on one programme, counted where she was in post then, or where she had been: a list of the desk shows her
    programme = ProgrammeFactory(code="P-A", title_zh="上岗必修")
    leader = UserFactory()
    read, version = CourseReleaseFactory(course__code="FIG"), small_quiz(code="T-FIG")
    for relation in RELATIONS:
        person = people[relation]
        post = Membership.objects.filter(user=person.user).order_by("-pk").first()
        allocation = AllocationFactory(learner=person.user, programme=programme)
        CertificationPeriod.objects.create(
            allocation=allocation, number=1, window_opens_date=today, due_date=today + timedelta(days=90)
        )
        person.keys["allocation"] = allocation.uuid
        # her lessons and her try are behind an author's figures, which name nobody
        person.keys |= {"course": read.course.code, "quiz": version.quiz.code}
        enrolment = EnrolmentFactory(learner=person.user, release=read)
        LessonProgress.objects.create(enrolment=enrolment, lesson_key=read.lessons[0]["key"], opened_at=timezone.now())
        [attempt] = sit(version, [person.user], answer=right)
        person.keys["attempt"] = attempt.uuid
        person.canaries["dispute"] = f"金丝异议{attempt.pk}号"
        person.keys["dispute"] = MarkDispute.objects.create(
            attempt=attempt,
            question_uuid=attempt.drawn[0]["question"],
            text=person.canaries["dispute"],
            raised_at=timezone.now(),
        ).uuid
        # a class of its own for each, in the county where she was in post then
        where = post.region if post else far
        lesson_class = Cohort.objects.create(
            title="一个班",
            course=read.course,
            region=town if relation == "former" else where,
            led_by=leader,
            opened_date=today,
        )
        CohortMember.objects.create(cohort=lesson_class, learner=person.user, joined_date=today)
        person.keys["cohort"] = lesson_class.uuid
        person.keys["kept"] = uuid4()
        quarantine(
            learner=person.user, event_uuid=person.keys["kept"], payload={}, reason="x", received_at=timezone.now()
        )
        paper = {"kind": "pilot", "from_date": today, "paper": "某文件"}
        designation, _made = RegionDesignation.objects.get_or_create(region=lesson_class.region, defaults=paper)
        person.keys["designation"] = designation.pk
        if post is not None:
            StandingFactory(membership=post, programme=programme, allocation=allocation)
    rebuild_tallies()
    viewers: dict[str, Person | None] = {"stranger": None, "learner": _person(10, town)}
    for number, role in enumerate(RoleGrant.STAFF_ROLES, start=11):
        viewers[role.value] = _person(number, None)
        where = nation if role == RoleGrant.Role.ADMINISTRATOR else home
        services.grant_role(user=viewers[role.value].user, role=role, region=where, from_date=today)
    viewers["ended"] = _person(20, None)
    for role in RoleGrant.STAFF_ROLES:  # every power she had ended today
        RoleGrantFactory(
            user=viewers["ended"].user,
            role=role,
            region=home,
            from_date=today - timedelta(days=9),
            to_date=today,
        )
    regions = {"nation": nation, "first": first, "home": home, "town": town, "beside": beside, "far": far}
    return World(people, viewers, regions, today)


def _person(number: int, region: Region | None, ended: date | None = None) -> Person:
    canaries = {
        "name": f"金丝雀{chr(0x4E00 + 300 + number)}",
        "phone": f"1777000{number:04d}",
        "email": f"canary-{number:02d}@example.org",
        "village": f"金丝村{number:02d}号",
    }
    user = UserFactory(name=canaries["name"], phone=canaries["phone"], email=canaries["email"])
    if region is not None:
        MembershipFactory(
            user=user,
            organisation=OrganisationFactory(region=region),
            village=canaries["village"],
            started_date=date(2024, 1, 1),
            ended_date=ended,
        )
    key = Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"})
    return Person(user, canaries, {"authenticator": key.pk})
