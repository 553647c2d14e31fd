"""What phones sent and we could not take: an administrator opens it, takes it after all, or sets it aside."""

import json
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import LearningEvent, QuarantinedEvent
from courses.services import enrol_learner, record_event
from people.models import AuditEntry
from tests.factories.courses import CourseFactory, CourseReleaseFactory
from tests.factories.people import MembershipFactory, OrganisationFactory, RegionFactory, RoleGrantFactory

pytestmark = pytest.mark.django_db
DOOR = 4  # her session, herself, her places, her roles: asked before any page


@pytest.fixture
def county():
    return RegionFactory(name="青禾县")


@pytest.fixture
def administrator(county):
    return RoleGrantFactory(role="administrator", region=county, user__name="管理员甲").user


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def release():
    return CourseReleaseFactory(course=CourseFactory(code="C04"))


def kept(release, region, **fields):
    """Something a learner of the region finished on her phone in a course that she is not enrolled in, sent by sync."""
    learner = MembershipFactory(organisation=OrganisationFactory(region=region), user__name="王春梅").user
    payload = {
        "uuid": str(uuid4()),
        "kind": "lesson_finished",
        "course": "C04",
        "lesson": release.lessons[0]["key"],
        "device": "phone",
    } | fields
    phone = Client()
    phone.force_login(learner)
    body = json.dumps({"owner": str(learner.uuid), "events": [payload]})
    assert phone.post("/api/sync", body, "application/json").json()["results"][0]["status"] == "rejected"
    return QuarantinedEvent.objects.get(learner=learner)


def address(name, event):
    return reverse(f"reports:{name}", kwargs={"event_uuid": event.uuid})


def test_the_empty_list_says_what_its_emptiness_means(desk):
    page = desk.get(reverse("reports:quarantined")).content.decode()

    assert "手机发来的都收下了" in page


def test_the_list_tells_whose_what_and_why_with_the_number_masked(desk, release, county):
    event = kept(release, county)

    page = desk.get(reverse("reports:quarantined")).content.decode()

    assert "王春梅" in page
    assert event.learner.masked_phone in page
    assert event.learner.phone not in page
    assert "学完一课 C04" in page
    assert "您还没有报名这门课" in page


def test_newest_come_first_and_a_page_holds_fifty(desk, release, county):
    event = kept(release, county)
    now = timezone.now()
    QuarantinedEvent.objects.bulk_create(
        QuarantinedEvent(uuid=uuid4(), learner=event.learner, payload={}, reason=f"第{n:02d}个", received_at=now)
        for n in range(50)
    )

    first, second = (desk.get(reverse("reports:quarantined"), {"page": n}).content.decode() for n in (1, 2))

    assert first.index("第49个") < first.index("第00个")
    assert "您还没有报名这门课" not in first
    assert "您还没有报名这门课" in second


def test_the_list_costs_the_same_at_few_and_many_rows(desk, release, county):
    kept(release, county)
    desk.get(reverse("reports:quarantined"))
    with CaptureQueriesContext(connection) as few:
        desk.get(reverse("reports:quarantined"))
    for _n in range(3):
        kept(release, county)

    with CaptureQueriesContext(connection) as many:
        desk.get(reverse("reports:quarantined"))

    assert len(many) == len(few)
    assert len(many) - DOOR <= 3


def test_a_person_of_another_place_is_not_there(desk, release, county):
    MembershipFactory(organisation=OrganisationFactory(region=county), region=county)  # her places are not empty
    event = kept(release, RegionFactory(name="远县"))

    assert "王春梅" not in desk.get(reverse("reports:quarantined")).content.decode()
    for name in ("kept_event", "kept_event_replay", "kept_event_set_aside"):
        assert desk.get(address(name, event)).status_code == 404
        assert name == "kept_event" or desk.post(address(name, event), {"reason": "x"}).status_code == 404
    event.refresh_from_db()
    assert event.is_open


def test_what_the_phone_sent_is_shown_as_it_stands_and_harmless(desk, release, county):
    event = kept(release, county, data={"says": "<script>x</script>读"})

    page = desk.get(address("kept_event", event)).content.decode()

    assert "&lt;script&gt;x&lt;/script&gt;读" in page
    assert "<script>x" not in page


def test_taken_again_once_the_cause_is_mended_it_counts_once(desk, administrator, release, county):
    event = kept(release, county)
    enrol_learner(learner=event.learner, course=release.course, enrolled_at=timezone.now())
    assert "再收一次" in desk.get(address("kept_event_replay", event)).content.decode()

    done = desk.post(address("kept_event_replay", event), follow=True)
    again = desk.post(address("kept_event_replay", event))

    assert "这条记录收下了" in done.content.decode()
    assert again.status_code == 409
    event.refresh_from_db()
    assert event.replayed_at
    assert event.settled_by == administrator
    assert LearningEvent.objects.filter(uuid=event.uuid, kind="lesson_finished").count() == 1
    assert event.learner.enrolments.get().lessons_finished == 1
    entry = AuditEntry.objects.get(verb="quarantine_replayed")
    assert (entry.actor, entry.object_id) == (administrator, str(event.uuid))
    settled = desk.get(reverse("reports:quarantined"), {"which": "settled"}).content.decode()
    assert "后来收下，管理员甲" in settled


def test_an_event_that_the_phone_sent_again_meanwhile_is_not_counted_twice(desk, release, county):
    event = kept(release, county)
    enrolment = enrol_learner(learner=event.learner, course=release.course, enrolled_at=timezone.now())
    record_event(
        enrolment=enrolment,
        kind="lesson_finished",
        event_uuid=event.uuid,
        lesson_key=UUID(release.lessons[0]["key"]),
        recorded_at=timezone.now(),
    )

    assert desk.post(address("kept_event_replay", event)).status_code == 302
    assert LearningEvent.objects.filter(uuid=event.uuid).count() == 1
    assert AuditEntry.objects.get(verb="quarantine_replayed").details == {"status": "duplicate"}


@pytest.mark.parametrize("fields", [{}, {"lesson": "nonsense"}, {"kind": ["odd"]}])
def test_refused_again_it_stays_and_the_page_says_why(desk, release, county, fields):
    event = kept(release, county, **fields)

    answer = desk.post(address("kept_event_replay", event))

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "还是收不下" in page
    assert ("读不懂" if fields else "您还没有报名这门课") in page
    event.refresh_from_db()
    assert event.is_open
    assert not AuditEntry.objects.filter(object_kind="quarantined_event").exists()


def test_set_aside_asks_for_a_reason_and_keeps_it(desk, administrator, release, county):
    event = kept(release, county)

    silent = desk.post(address("kept_event_set_aside", event), {"reason": " "})
    done = desk.post(address("kept_event_set_aside", event), {"reason": "测试手机"})
    again = desk.post(address("kept_event_set_aside", event), {"reason": "再来"})

    assert (silent.status_code, done.status_code, again.status_code) == (422, 302, 409)
    assert "请写明理由" in silent.content.decode()
    event.refresh_from_db()
    assert (event.settled_by, event.settled_reason) == (administrator, "测试手机")
    assert event.payload["course"] == "C04"
    assert AuditEntry.objects.get(verb="quarantine_set_aside").reason == "测试手机"
    assert "测试手机" in desk.get(address("kept_event", event)).content.decode()
    assert desk.post(address("kept_event_replay", event)).status_code == 409


def test_looking_changes_nothing(desk, release, county):
    event = kept(release, county)

    for name in ("kept_event", "kept_event_replay", "kept_event_set_aside"):
        assert desk.get(address(name, event)).status_code == 200

    event.refresh_from_db()
    assert event.is_open


def test_the_database_holds_it_to_one_end(release, county):
    event = kept(release, county)
    event.replayed_at = event.set_aside_at = timezone.now()

    with pytest.raises(IntegrityError), transaction.atomic():
        event.save()


def test_the_roles_page_leads_here(desk):
    assert f'href="{reverse("reports:quarantined")}"' in desk.get(reverse("reports:roles")).content.decode()
