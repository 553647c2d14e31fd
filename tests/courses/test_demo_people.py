"""The demo's people: every stage is there, the ledgers agree, and they go without a trace."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import override_settings
from django.utils import timezone

from assessments.models import QuizVersion
from assessments.services import publish_quiz
from certificates.models import Certificate
from courses.demo.people import C01_EVERY, programme_course
from courses.models import Enrolment, Programme, Standing, Tally
from courses.services import allocate
from people.models import AuditEntry, Membership, Organisation, Region, SignInSlip, User
from reports.models import Export
from tests.factories.people import MembershipFactory, RoleGrantFactory, UserFactory
from tests.factories.reports import ExportFactory

pytestmark = pytest.mark.django_db

LEARNERS = 60


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """One demo for the whole file, in a transaction that is rolled back; each test works in a savepoint of it."""
    with override_settings(DEMO=True), django_db_blocker.unblock(), transaction.atomic():
        call_command("load_regions", stdout=StringIO())
        call_command("demo", learners=LEARNERS, stdout=StringIO())
        yield
        transaction.set_rollback(True)


def integrity() -> str:
    out = StringIO()
    call_command("check_integrity", stdout=out, stderr=out)
    return out.getvalue()


def test_the_logins_it_prints_are_kept_for_the_first_screen(loaded, settings):
    logins = json.loads((settings.DATA_DIR / "demo-logins.json").read_text("utf-8"))

    assert [login["who"].split()[0] for login in logins] == [
        "学员",
        "培训师",
        "县级团委",
        "省级团委",
        "发证人",
        "内容审核人",
        "法律审核人",
        "儿童安全审核人",
        "掌印人",
        "系统管理员",
    ]
    assert all(User.objects.get(phone=login["login"]).check_password(login["password"]) for login in logins)


def test_every_stage_is_there(loaded):
    today = timezone.localdate()
    standings = Standing.objects.all()

    assert User.objects.demo().filter(role_grants=None).count() == LEARNERS + 1
    assert {s.state for s in standings} == set(Standing.State.values)
    assert standings.filter(valid_until_date__lt=today).exists()
    assert standings.filter(state="studying", due_date__lt=today).exists()
    assert {s.why.get("code") for s in standings} >= {"not_passed", "test_open"}
    assert not User.objects.filter(is_demo=False).exists()


def test_some_have_the_law_course_too_at_every_stage(loaded):
    """C01 beside C04: its own certificate, its own test, and nobody's C04 is other than it would be without it."""
    today = timezone.localdate()
    hers = Standing.objects.filter(programme__code="P-C01")

    assert hers.count() == LEARNERS // C01_EVERY
    assert {s.state for s in hers} == set(Standing.State.values)
    assert hers.filter(valid_until_date__lt=today).exists()
    assert hers.filter(state="studying", due_date__lt=today).exists()
    assert {s.why.get("code") for s in hers} >= {"not_passed", "test_open"}
    assert Enrolment.objects.filter(course__code="C01").count() < Enrolment.objects.filter(course__code="C04").count()
    assert Certificate.objects.filter(programme_code="P-C01").exists()
    nation = Region.objects.get(level=Region.Level.NATION, valid_to_date__isnull=True)
    for programme in Programme.objects.all():
        learners = sum(
            Tally.objects.filter(region=nation, programme=programme, fact="learner").values_list("count", flat=True)
        )
        assert learners == Standing.objects.filter(programme=programme).count()


def test_its_records_follow_from_their_ledgers(loaded):
    assert "0 differences" in integrity() or "differences" not in integrity()


def test_a_second_load_changes_nothing(loaded):
    before = (User.objects.count(), Enrolment.objects.count(), Certificate.objects.count())

    call_command("demo", learners=LEARNERS, stdout=StringIO())

    assert (User.objects.count(), Enrolment.objects.count(), Certificate.objects.count()) == before


def test_it_goes_without_a_trace_and_leaves_real_people_alone(loaded):
    """Also when the demo's people have worked: an officer's long export, a trainer's test, an officer's allocation."""
    real = MembershipFactory(region=Region.objects.get(code="110101", valid_to_date__isnull=True))
    officer, programme, now = User.objects.get(name="张志强"), Programme.objects.get(code="C04"), timezone.now()
    allocation = allocate(learner=real.user, programme=programme, allocated_at=now, allocated_by=officer)
    ExportFactory(asked_by=officer, asked_at=now)
    quiz = programme_course(programme).quiz
    quiz.pass_percent = 90
    quiz.save()
    version = publish_quiz(quiz=quiz, published_by=User.objects.get(name="罗文英"), published_at=now)
    SignInSlip.objects.create(
        user=real.user, issued_by=officer, code_hash="x", issued_at=now, expires_at=now + timedelta(days=1)
    )

    call_command("demo", delete=True, stdout=StringIO())

    assert list(User.objects.all()) == [real.user]
    assert list(Membership.objects.all()) == [real]
    assert list(Organisation.objects.all()) == [real.organisation]
    allocation.refresh_from_db()
    version.refresh_from_db()
    assert (allocation.allocated_by, version.published_by, SignInSlip.objects.get().issued_by) == (None, None, None)
    assert set(Tally.objects.exclude(count=0).values_list("count", flat=True)) == {1}
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():  # the seals are back
        QuizVersion.objects.filter(pk=version.pk)._raw_delete("default")
    assert not Export.objects.exists()
    assert not Certificate.objects.exists()
    assert not AuditEntry.objects.exists()


def test_it_refuses_to_go_when_a_real_person_sits_in_a_demo_station(loaded):
    MembershipFactory(organisation=Organisation.objects.filter(is_demo=True).first())

    with pytest.raises(CommandError, match="Nothing was removed"):
        call_command("demo", delete=True, stdout=StringIO())

    assert User.objects.demo().count() > LEARNERS


def test_it_refuses_to_go_when_a_demo_account_gave_a_real_person_a_role(loaded):
    RoleGrantFactory(
        granted_by=User.objects.get(name="陈海平"),
        region=Region.objects.get(code="110101", valid_to_date__isnull=True),
    )

    with pytest.raises(CommandError, match="RoleGrant"):
        call_command("demo", delete=True, stdout=StringIO())


def test_it_refuses_to_be_loaded_beside_real_people(loaded):
    UserFactory()

    with pytest.raises(CommandError, match="--beside"):
        call_command("demo", stdout=StringIO())


def test_it_refuses_where_its_published_passwords_would_open_a_real_site(loaded, settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="only in the demo"):
        call_command("demo", stdout=StringIO())
