"""About three hundred invented people at every stage, made by the services that real people use.

Deterministic: the same seed on the same day makes the same people. Everything hangs on User.is_demo and
Organisation.is_demo, and `removal.py` takes it away again.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction
from django.utils import timezone

from assessments.models import Attempt, QuizVersion
from assessments.services import start_attempt
from certificates.models import CertificatePdf, Issuer
from certificates.services import first_design
from courses.demo import names
from courses.models import Course, Enrolment, LearningEvent, Programme, Requirement, RequirementSet
from courses.services import (
    Demand,
    Fact,
    allocate,
    enrol_learner,
    join_cohort,
    open_cohort,
    open_renewals,
    publish_requirements,
    take_batch,
    withdraw_certificate,
)
from courses.services.submission import submit_quiz
from people.models import Membership, Organisation, Region, RegionDesignation, RoleGrant, User
from people.services import designate_region, grant_role, place_member

COUNTIES = ("520628", "360827", "620121")  # 松桃 in Guizhou, 遂川 in Jiangxi, 永登 in Gansu
STATIONS_A_COUNTY = 8
MEMBERS_A_CLASS = 12
PASSWORD = "qingmiao-2026"  # noqa: S105 - printed on the first screen; the demo is no secret
SECONDS_BETWEEN_PDFS = 30  # a first start must not begin with a hundred PDFs
# 上岗必修, 25 学时: course, the modules asked for (none: all of it), the hours they count
PATH_A = (("C01", (1, 2), 6), ("C02", (), 6), ("C03", (1, 2), 5), ("C04", (), 8))
PATH_A_EVERY = 6  # one learner in so many is on it too
C01_EVERY = 6  # one learner in so many has C01 too, each of them at the next stage
Worker = Membership.Worker
Role = RoleGrant.Role

# (stage, share of the learners in hundredths)
STAGES = (
    ("not_started", 14),
    ("studying", 30),
    ("overdue", 8),
    ("before_test", 4),
    ("waiting_to_retry", 5),
    ("may_retry", 4),
    ("certified", 25),
    ("expiring", 5),
    ("expired", 3),
    ("revoked", 2),
)
# in which lessons how many of those who come no further stop half-way; elsewhere it is two in five
STOPPING = {3: 0.9, 6: 0.8}


@dataclass(frozen=True)
class Login:
    """One account of the demo, as the first screen prints it."""

    who: str
    login: str
    password: str


def plant_people(*, seed: int, learners: int, course: Course, now: datetime) -> list[Login]:
    """This will make the organisations, the staff, the learners and their records, and give the accounts to print."""
    rng = Random(seed)  # noqa: S311 - reproducible is what is wanted
    programme = plant_programme(course, course.code, now=now)
    law_course = Course.objects.get(code="C01")
    law_programme = plant_programme(law_course, "P-C01", now=now)
    path_a = plant_path_a(programme.issuer, now=now)
    counties = [Region.objects.get(code=code, valid_to_date__isnull=True) for code in COUNTIES]
    stations = {county.code: plant_organisations(county) for county in counties}
    staff, logins = plant_staff(counties, programme, now=now)
    plant_designations(counties, staff["administrator"], now=now)
    plan = _stages(learners)
    rng.shuffle(plan)
    second = Random(seed + 1)  # noqa: S311 - its own, so that C01 changes nobody's C04
    for number, stage in enumerate(plan):
        county = counties[number % len(counties)]
        with transaction.atomic():
            learner = plant_learner(number, rng.choice(stations[county.code]), rng, now=now)
            _live(learner, stage, programme, course, staff["registrar"], rng, now=now)
            if number % C01_EVERY == 0:
                at = STAGES[number // C01_EVERY % len(STAGES)][0]
                _live(learner, at, law_programme, law_course, staff["registrar"], second, now=now)
            if number % PATH_A_EVERY == 0:
                allocate(learner=learner, programme=path_a, allocated_at=now, allocated_by=staff["county"])
    allocate(learner=staff["learner"], programme=path_a, allocated_at=now, allocated_by=staff["county"])
    plant_cohorts(counties, course, staff["trainer"], now=now)
    open_renewals(now=now)  # as the sweep would in its first minute
    for wait, pdf in enumerate(CertificatePdf.objects.filter(certificate__learner__is_demo=True).order_by("-pk")):
        pdf.due_at = now + timedelta(seconds=SECONDS_BETWEEN_PDFS * (wait + 1))
        pdf.save(update_fields=["due_at"])
    return logins


def plant_programme(course: Course, code: str, *, now: datetime) -> Programme:
    """This will make the demo's issuer, and a programme that the one course meets."""
    nation = Region.objects.get(level=Region.Level.NATION, valid_to_date__isnull=True)
    issuer, _made = Issuer.objects.get_or_create(
        code="QM",
        defaults={
            "name_zh": "青苗示范培训中心（演示）",
            "name_en": "Qingmiao Demonstration Training Centre (demo)",
            "region": nation,
        },
    )
    first_design(issuer=issuer, at=now - timedelta(days=420), signatory="周明远", signatory_post="主任")
    programme, made = Programme.objects.get_or_create(
        code=code,
        defaults={"title_zh": course.title_zh, "title_en": course.title_en, "issuer": issuer, "valid_months": 12},
    )
    if made:
        rule = RequirementSet.objects.create(programme=programme, number=1, decided_at=now - timedelta(days=420))
        Requirement.objects.create(requirement_set=rule, course=course)
    return programme


def plant_path_a(issuer: Issuer, *, now: datetime) -> Programme:
    """This will make path A of the curriculum: 25 hours from four courses, two of them in part.

    Which of them are still being written, their own pages say; nobody can hold this certificate before they open.
    """
    programme, _made = Programme.objects.get_or_create(
        code="P-A",
        defaults={
            "title_zh": "儿童主任、童伴妈妈上岗必修",
            "title_en": "Induction for village child-welfare directors and companion mothers",
            "issuer": issuer,
            "valid_months": 24,
            "days_to_complete": 365,
        },
    )
    demands = [
        Demand(Course.objects.get(code=code), modules, Decimal(hours) if modules else None)
        for code, modules, hours in PATH_A
    ]
    publish_requirements(programme=programme, demands=demands, decided_by=None, decided_at=now)
    return programme


def plant_organisations(county: Region) -> list[Organisation]:
    """This will make a province's and a county's League committee and stations in the county's first townships."""
    began = timezone.localdate() - timedelta(days=3 * 365)

    def made(kind: str, name: str, region: Region, parent: Organisation | None) -> Organisation:
        found = Organisation.objects.filter(name=name, region=region, is_demo=True).first()
        return found or Organisation.objects.create(
            kind=kind, name=name, region=region, parent=parent, valid_from_date=began, is_demo=True
        )

    kinds = Organisation.Kind
    province = Region.objects.get(code=county.ancestor_codes()[1], valid_to_date__isnull=True)
    above = made(kinds.LEAGUE, f"{province.name}团委（演示）", province, None)
    league = made(kinds.LEAGUE, f"{county.name}团委（演示）", county, above)
    townships = county.children.filter(valid_to_date__isnull=True).order_by("code")[:STATIONS_A_COUNTY]
    return [made(kinds.STATION, f"{t.name}社工站（演示）", t, league) for t in townships]


def plant_staff(counties: list[Region], programme: Programme, *, now: datetime) -> tuple[dict[str, User], list[Login]]:
    """This will make one account of each kind and a learner who has just enrolled."""
    county = counties[0]
    province = Region.objects.get(code=county.ancestor_codes()[1], valid_to_date__isnull=True)
    nation = Region.objects.get(level=Region.Level.NATION, valid_to_date__isnull=True)
    committee = Organisation.objects.get(kind=Organisation.Kind.LEAGUE, region=county, is_demo=True)
    above = Organisation.objects.get(kind=Organisation.Kind.LEAGUE, region=province, is_demo=True)
    station = Organisation.objects.filter(parent=committee).order_by("pk")[0]
    accounts = [
        ("administrator", "系统管理员 · administrator", "陈海平", Role.ADMINISTRATOR, nation, above),
        ("learner", "学员 儿童主任 · learner", "田春梅", None, None, station),
        ("trainer", "培训师 · trainer", "罗文英", Role.TRAINER, nation, above),
        ("county", f"县级团委 · county officer ({county.name})", "张志强", Role.STAFF, county, committee),
        ("province", f"省级团委 · provincial officer ({province.name})", "李晓云", Role.STAFF, province, above),
        ("registrar", "发证人 · registrar", "周明远", Role.REGISTRAR, nation, above),
        ("reviewer", "内容审核人 · content reviewer", "孙立民", Role.REVIEWER, nation, above),
        ("legal", "法律审核人 · legal reviewer", "吴静宜", Role.LEGAL, nation, above),
        ("safeguarding", "儿童安全审核人 · safeguarding reviewer", "赵晓芳", Role.SAFEGUARDING, nation, above),
        ("seal_keeper", "掌印人 · seal keeper", "何玉兰", Role.SEAL_KEEPER, nation, above),
    ]
    staff: dict[str, User] = {}
    logins: list[Login] = []
    for number, (key, who, name, role, region, organisation) in enumerate(accounts):
        phone = names.phone(9000 + number)
        user = User.objects.create_user(name=name, phone=phone, password=PASSWORD, is_demo=True)
        place_member(
            user=user,
            organisation=organisation,
            region=organisation.region,
            worker=Worker.LEAGUE_CADRE if role else Worker.VILLAGE_DIRECTOR,
            village="" if role else "桐树村",
            started_date=timezone.localdate(now) - timedelta(days=200),
        )
        if role:
            grant_role(
                user=user,
                role=role,
                region=region,
                from_date=timezone.localdate(now) - timedelta(days=200),
                granted_by=staff.get("administrator", user),
                reason="演示",
            )
        staff[key] = user
        logins.append(Login(who, phone, PASSWORD))
    logins.append(logins.pop(0))  # the administrator, who granted the others their roles, is the last one needed
    with transaction.atomic():
        learner = staff["learner"]
        allocate(learner=learner, programme=programme, allocated_at=now - timedelta(days=30))
        enrol_learner(learner=learner, course=programme_course(programme), enrolled_at=now)
    return staff, logins


def plant_cohorts(counties: list[Region], course: Course, trainer: User, *, now: datetime) -> None:
    """This will make a class of the first course in each county, of learners at every stage."""
    today = timezone.localdate(now)
    for county in counties:
        of_here = Membership.objects.on(today).filter(region__path__startswith=county.path, user__is_demo=True)
        learners = User.objects.filter(pk__in=of_here.exclude(worker=Worker.LEAGUE_CADRE).values("user"))
        cohort = open_cohort(
            title=f"{county.name} {today.year} 年秋季班",
            course=course,
            region=county,
            led_by=trainer,
            opened_date=today - timedelta(days=60),
            at=now,
        )
        some = learners.order_by("pk")[:MEMBERS_A_CLASS]
        join_cohort(cohort=cohort, learners=some, actor=trainer, at=now, on=today - timedelta(days=60))


def plant_designations(counties: list[Region], administrator: User, *, now: datetime) -> None:
    """This will make the first county a pilot and the second a demonstration; the third is the rest."""
    since = timezone.localdate(now) - timedelta(days=300)
    for county, kind in zip(counties, RegionDesignation.Kind.values, strict=False):
        if not RegionDesignation.objects.filter(region=county, kind=kind, to_date=None).exists():
            designate_region(
                region=county,
                kind=kind,
                from_date=since,
                paper="演示文件〔2026〕1 号",
                designated_by=administrator,
                at=now,
            )


def programme_course(programme: Programme) -> Course:
    return Course.objects.get(pk=Requirement.objects.get(requirement_set__programme=programme).course_id)


def plant_learner(number: int, station: Organisation, rng: Random, *, now: datetime) -> User:
    """This will make one person in a post; one in ten has no phone. Nobody can sign in with a password."""
    user = User(
        name=names.name(rng),
        phone=names.phone(number) if rng.random() < 0.9 else None,
        is_demo=True,
        language="zh-hans",
    )
    user.login_number = f"{20_000_000 + number}"
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    place_member(
        user=user,
        organisation=station,
        region=station.region,
        worker=rng.choices(
            [Worker.VILLAGE_DIRECTOR, Worker.COMPANION_MOTHER, Worker.SOCIAL_WORKER, Worker.TOWNSHIP_SUPERVISOR],
            [70, 12, 10, 8],
        )[0],
        village=names.village(rng),
        started_date=timezone.localdate(now) - timedelta(days=rng.randint(430, 1500)),
    )
    return user


def _stages(learners: int) -> list[str]:
    """The shares as whole people; the rest study."""
    plan = [stage for stage, share in STAGES for _ in range(learners * share // 100)]
    return plan + ["studying"] * (learners - len(plan))


def _live(
    learner: User, stage: str, programme: Programme, course: Course, registrar: User, rng: Random, *, now: datetime
) -> None:
    """Takes one person to her stage, in the past, by the verbs that a real person's taps call."""
    days_ago = {
        "not_started": rng.randint(5, 60),
        "studying": rng.randint(10, 75),
        "overdue": rng.randint(100, 160),
        "before_test": rng.randint(20, 80),
        "waiting_to_retry": rng.randint(20, 80),
        "may_retry": rng.randint(20, 80),
        "certified": rng.randint(30, 260),
        "expiring": rng.randint(300, 350),
        "expired": rng.randint(385, 410),
        "revoked": rng.randint(60, 200),
    }[stage]
    began = now - timedelta(days=days_ago, minutes=rng.randint(0, 600))
    allocate(learner=learner, programme=programme, allocated_at=began)
    if stage == "not_started":
        return
    enrolment = enrol_learner(learner=learner, course=course, enrolled_at=began + timedelta(hours=5))
    seen = began + timedelta(days=min(days_ago - 1, 6))
    if learner.last_login is None or learner.last_login < seen:
        learner.last_login = seen
        learner.save(update_fields=["last_login"])
    lessons = enrolment.release.lessons
    done = rng.randint(0, len(lessons) - 1) if stage in ("studying", "overdue") else len(lessons)
    _learn(enrolment, lessons[:done], began, rng)
    if done < len(lessons):
        _stop_inside(enrolment, lessons[done], began + timedelta(hours=8 + 8 * done))
    tested = began + timedelta(days=min(4, days_ago - 1), hours=1)
    if stage == "waiting_to_retry":
        _test(enrolment, now - timedelta(hours=rng.randint(1, 20)), pass_it=False, rng=rng)
    elif stage == "may_retry":
        _test(enrolment, now - timedelta(days=rng.randint(2, 9)), pass_it=False, rng=rng)
    elif stage in ("certified", "expiring", "expired", "revoked"):
        _test(enrolment, tested, pass_it=True, rng=rng)
        if stage == "revoked":
            withdraw_certificate(
                certificate=learner.certificates.get(programme_code=programme.code),
                actor=registrar,
                reason="演示：核对身份时发现登记的不是本人",
                at=now - timedelta(days=rng.randint(1, 40)),
            )


def _learn(enrolment: Enrolment, lessons: list[dict], began: datetime, rng: Random) -> None:
    kinds = LearningEvent.Kind
    for day, lesson in enumerate(lessons):
        at = began + timedelta(hours=6 + 8 * day, minutes=rng.randint(0, 90))
        facts = [
            (enrolment.course.code, Fact(uuid=_uuid(rng), kind=kind, lesson_key=uuid.UUID(lesson["key"])))
            for kind in (kinds.OPENED, kinds.FINISHED)
        ]
        take_batch(learner=enrolment.learner, facts=facts, payloads={}, received_at=at)


def _stop_inside(enrolment: Enrolment, lesson: dict, at: datetime) -> None:
    """Some stop in the middle of a lesson, and in some lessons more do: what an author's figures are for.

    By dice of its own, so that nobody's stage is other than it would be without it.
    """
    dice = Random(f"{enrolment.learner.login_number} {enrolment.course.code}")  # noqa: S311
    if dice.random() < STOPPING.get(lesson["number"], 0.4):
        opened = Fact(uuid=_uuid(dice), kind=LearningEvent.Kind.OPENED, lesson_key=uuid.UUID(lesson["key"]))
        take_batch(learner=enrolment.learner, facts=[(enrolment.course.code, opened)], payloads={}, received_at=at)


def _test(enrolment: Enrolment, at: datetime, *, pass_it: bool, rng: Random) -> Attempt:
    """One try: nearly all right, or with one critical error that fails it."""
    attempt = start_attempt(
        learner=enrolment.learner,
        quiz=enrolment.course.quiz,
        for_uuid=enrolment.uuid,
        attempt_uuid=_uuid(rng),
        device="demo",
        started_at=at,
    )
    answers = dict(_answers(attempt, pass_it=pass_it, rng=rng))
    return submit_quiz(
        learner=enrolment.learner,
        attempt_uuid=attempt.uuid,
        answers=answers,
        submitted_at=at + timedelta(minutes=rng.randint(8, 20)),
        device="demo",
    )


def _answers(attempt: Attempt, *, pass_it: bool, rng: Random) -> Iterator[tuple[str, list[str]]]:
    """Hard questions are missed more often, and by people who know less. Who passes misses few enough to pass; of those
    who choose a critical error half would have had the score.
    """
    version = QuizVersion.objects.get(pk=attempt.version_id)
    kinds = {q["uuid"]: q["kind"] for q in version.paper["questions"]}
    options = {d["question"]: d["options"] for d in attempt.drawn}
    critical = next((q for q in options if version.key[q]["critical"]), None)
    slip = {rng.choice(list(options))} if pass_it and rng.random() < 0.6 else set()
    dice = Random(attempt.uuid.int)  # noqa: S311 - its own: what else happens to people does not hang on it
    knows, has_the_score = dice.random(), dice.random() < 0.5
    gaps = 1.0 if not (pass_it or has_the_score) else 0.0 if knows < 0.4 else 0.6
    missed = {q for q in options if dice.random() < gaps * Random(q).random()}  # noqa: S311 - as hard for everybody
    if pass_it or has_the_score:
        may_miss = len(options) * (100 - version.pass_percent) // 100 - (not pass_it)
        missed = slip if gaps and not missed else missed
        missed = set(dice.sample(sorted(missed), min(len(missed), may_miss)))
    for question, shown in options.items():
        key = version.key[question]
        harmless = [option for option in shown if option not in key["correct"] and option not in key["critical"]]
        if question == critical and not pass_it:
            yield question, [key["critical"][0]]
        elif question not in missed:
            yield question, list(key["correct"])
        elif kinds[question] == "multiple":
            yield question, key["correct"][1:] if dice.random() < 0.5 else key["correct"] + harmless[:1]
        elif kinds[question] == "ordering":
            yield question, [*key["correct"][:-2], key["correct"][-1], key["correct"][-2]]
        else:
            yield question, harmless[:1]


def _uuid(rng: Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)
