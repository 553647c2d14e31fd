"""判分异议 at the trainer's desk: seen in her places, answered once, and a try voided with its reason."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import MarkDispute
from assessments.selectors import try_state
from config.roles import build_groups
from people.models import AuditEntry, Membership, Message, RoleGrant
from tests.factories.assessments import right, sit, small_quiz, wrong
from tests.factories.people import MembershipFactory, OrganisationFactory, RegionFactory, RoleGrantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return OrganisationFactory()


@pytest.fixture
def trainer(client, settings, place):
    settings.MFA_REQUIRED_FOR_STAFF = False
    cache.clear()
    build_groups()
    grant = RoleGrantFactory(role=RoleGrant.Role.TRAINER, region=place.region)
    client.force_login(grant.user)
    return grant.user


def disputed(place, count=1, user=None, version=None, answer=wrong) -> list[MarkDispute]:
    people = [user or MembershipFactory(organisation=place).user for _ in range(count)]
    if user:
        MembershipFactory(user=user, organisation=place)
    return [
        MarkDispute.objects.create(
            attempt=attempt,
            question_uuid=attempt.drawn[0]["question"],
            text=f"第一题判错了 {attempt.pk}",
            raised_at=timezone.now(),
        )
        for attempt in sit(version or small_quiz(), people, answer=answer)
    ]


def test_an_empty_list_says_what_will_be_here(client, trainer):
    assert "没有等着看的" in client.get("/admin/disputes/").text


def test_only_those_of_her_place_never_her_own_and_no_name(client, trainer, place):
    version = small_quiz()
    [hers] = disputed(place, version=version)
    [far] = disputed(OrganisationFactory(), version=version)
    [own] = disputed(place, user=trainer, version=version)

    page = client.get("/admin/disputes/").text

    assert hers.text in page
    assert far.text not in page
    assert own.text not in page
    assert hers.attempt.learner.name not in page
    for other in (far, own):
        for door in ("", "void/"):
            address = f"/admin/disputes/{other.uuid}/{door}"
            assert client.get(address).status_code == 404
            answer = client.post(address, {"decision": "upheld", "answer": "好", "reason": "好"})
            assert answer.status_code == 404


def test_the_same_few_queries_of_its_own_for_few_and_for_many(client, trainer, place):
    version = small_quiz()

    def cost() -> int:
        client.get("/admin/disputes/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/admin/disputes/")
        return sum("assessments_" in query["sql"] for query in asked), len(asked)

    disputed(place, 1, version=version)
    few = cost()
    disputed(place, 12, version=version)

    assert cost() == few
    assert few[0] <= 6


def test_answered_once_logged_and_told(client, trainer, place):
    [dispute] = disputed(place)
    address = f"/admin/disputes/{dispute.uuid}/"
    page = client.get(address).text
    refused = client.post(address, {"decision": "upheld", "answer": "打 13812345678 问我"})
    first = client.post(address, {"decision": "rejected", "answer": "答案没有错，请再看一遍。"})
    client.post(address, {"decision": "upheld", "answer": "又改了"})

    dispute.refresh_from_db()
    assert dispute.text in page
    assert "她选的" in page
    assert refused.status_code == 422
    assert first.status_code == 302
    assert (dispute.state, dispute.answer, dispute.decided_by) == ("rejected", "答案没有错，请再看一遍。", trainer)
    [told] = Message.objects.filter(user=dispute.attempt.learner)
    assert "答案没有错" in told.body
    assert AuditEntry.objects.filter(verb="decide", object_id=str(dispute.uuid)).count() == 1
    assert "没有等着看的" in client.get("/admin/disputes/").text


def test_voiding_asks_says_what_happens_and_gives_the_try_back(client, trainer, place):
    [dispute] = disputed(place)
    attempt, address = dispute.attempt, f"/admin/disputes/{dispute.uuid}/void/"

    asked = client.get(address).text
    nothing = client.post(address, {"reason": " "})
    done = client.post(address, {"reason": "这一题的答案标错了"})

    attempt.refresh_from_db()
    state = try_state(learner=attempt.learner, quiz=attempt.quiz, for_uuid=attempt.for_uuid, now=timezone.now())
    assert "机会还给她" in asked
    assert nothing.status_code == 422
    assert done.status_code == 302
    assert attempt.state == "voided"
    assert state.tries_used == 0
    entry = AuditEntry.objects.get(verb="void", object_id=str(attempt.uuid))
    assert (entry.actor, entry.reason) == (trainer, "这一题的答案标错了")
    assert client.get(f"/admin/disputes/{dispute.uuid}/").status_code == 200


def test_a_try_that_was_passed_is_not_voided(client, trainer, place):
    [dispute] = disputed(place, answer=right)
    attempt, address = dispute.attempt, f"/admin/disputes/{dispute.uuid}/void/"
    assert attempt.is_passed

    assert "不能作废" in client.get(address).text
    refused = client.post(address, {"reason": "标错了"})
    attempt.refresh_from_db()
    assert (refused.status_code, attempt.state) == (422, "submitted")
    assert "不能作废" in refused.text


# ---- what no trainer sees


@pytest.fixture
def administrator(client, settings):
    settings.MFA_REQUIRED_FOR_STAFF = False
    cache.clear()
    build_groups()
    province = RegionFactory(level=1)
    grant = RoleGrantFactory(role=RoleGrant.Role.ADMINISTRATOR, region=province)
    client.force_login(grant.user)
    return grant.user, province


def place_in(region):
    return OrganisationFactory(region=RegionFactory(parent=region))


def on_the_desk(client, *disputes) -> list[bool]:
    page = client.get("/admin/disputes/").text
    shown = [dispute.text in page for dispute in disputes]
    opened = [client.get(f"/admin/disputes/{dispute.uuid}/").status_code == 200 for dispute in disputes]
    assert shown == opened
    return shown


def waiting_in_menu(client) -> str:
    return "".join(
        re.findall(r"判分异议（(\d+)）", client.get("/admin/disputes/").text.encode().decode("unicode_escape"))
    )


def test_an_administrator_sees_what_no_trainer_sees_and_answers_it(client, administrator):
    _me, province = administrator
    version = small_quiz()
    taught, untaught = place_in(province), place_in(province)
    RoleGrantFactory(role=RoleGrant.Role.TRAINER, region=taught.region)
    RoleGrantFactory(role=RoleGrant.Role.TRAINER, region=None, organisation=(body := place_in(province)))
    RoleGrantFactory(role=RoleGrant.Role.TRAINER, region=untaught.region, to_date=timezone.localdate())  # ended
    RoleGrantFactory(role=RoleGrant.Role.TRAINER, region=untaught.region, user__is_active=False)
    [seen] = disputed(taught, version=version)
    [of_the_body] = disputed(body, version=version)
    [unseen] = disputed(untaught, version=version)
    [elsewhere] = disputed(OrganisationFactory(), version=version)
    [left] = disputed(untaught, version=version)
    Membership.objects.filter(user=left.attempt.learner).update(ended_date=timezone.localdate())

    everything = (unseen, left, seen, of_the_body, elsewhere)
    assert on_the_desk(client, *everything) == [True, True, False, False, False]
    answer = client.post(f"/admin/disputes/{left.uuid}/", {"decision": "upheld", "answer": "您说得对。"})
    assert answer.status_code == 302
    assert Message.objects.get(user=left.attempt.learner).body.endswith("您说得对。")

    RoleGrantFactory(role=RoleGrant.Role.TRAINER, region=province)
    assert on_the_desk(client, unseen, seen) == [False, False]
    RoleGrant.objects.filter(role=RoleGrant.Role.TRAINER).update(to_date=timezone.localdate())
    assert on_the_desk(client, unseen, seen) == [True, True]


def test_the_only_trainer_s_own_goes_to_an_administrator_who_never_sees_her_own(client, administrator):
    me, province = administrator
    station = place_in(province)
    trainer = RoleGrantFactory(role=RoleGrant.Role.TRAINER, region=station.region).user
    version = small_quiz()
    [hers] = disputed(station, user=trainer, version=version)
    [mine] = disputed(place_in(province), user=me, version=version)

    assert on_the_desk(client, hers, mine) == [True, False]
    RoleGrantFactory(role=RoleGrant.Role.TRAINER, region=station.region)  # a colleague
    assert on_the_desk(client, hers, mine) == [False, False]


def test_the_menu_says_how_many_wait(client, administrator):
    _me, province = administrator
    version = small_quiz()
    assert waiting_in_menu(client) == ""
    [first, _second] = disputed(place_in(province), 2, version=version)
    disputed(OrganisationFactory(), version=version)

    assert waiting_in_menu(client) == "2"
    client.post(f"/admin/disputes/{first.uuid}/", {"decision": "rejected", "answer": "没有判错。"})
    assert waiting_in_menu(client) == "1"


def test_an_officer_or_a_registrar_has_no_such_desk(client, administrator):
    for role in (RoleGrant.Role.REGISTRAR, RoleGrant.Role.REVIEWER):
        client.force_login(RoleGrantFactory(role=role, region=administrator[1]).user)

        assert client.get("/admin/disputes/").headers["Location"] == "/admin/"
        assert "判分异议" not in client.get("/admin/").text
