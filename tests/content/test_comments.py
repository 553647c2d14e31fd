"""A comment in the editor is told to whom it is for: by an owed row, once until it is read, and never inside the request."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment
from wagtail.test.utils.form_data import inline_formset

from content.comments import KIND
from people.models import Message, RoleGrant
from people.services import end_role
from tests.content.editor_desk import decide

pytestmark = pytest.mark.django_db
Role = RoleGrant.Role
AUTOSAVE = {"Accept": "application/json"}


@pytest.fixture
def people(editor):
    for role, user in editor.people.items():
        user.name, user.email = str(RoleGrant.Role(role).label), f"{role}@example.org"
        user.save()
    editor(Role.TRAINER, action_submit="1")
    return editor


def typed(text: str, comment: Comment | None = None, reply: str = "", resolved: bool = False) -> dict:
    """The comments as the editor's page posts them."""
    replies = [{"text": reply}] if reply else []
    one = {"text": text, "contentpath": "summary", "position": "", "replies": inline_formset(replies)}
    one |= {"id": comment.pk} if comment else {}
    one |= {"resolved": "on"} if resolved else {}
    return {"comments": inline_formset([one], initial=1 if comment else 0)}


def told(channel="app") -> list[tuple[str, str]]:
    return list(Message.objects.filter(kind=KIND, channel=channel).order_by("pk").values_list("user__name", "body"))


def test_a_reviewers_comment_reaches_the_author_and_the_answer_comes_back(people, lesson, mailoutbox):
    people(Role.REVIEWER, **typed("先说结论。"), headers=AUTOSAVE)
    comment = Comment.objects.get()
    people.client.force_login(people.people[Role.TRAINER])
    inbox = people.client.get(reverse("account_messages")).text
    decide(people, Role.REVIEWER, "reject", "看评论")
    people(Role.TRAINER, **typed("先说结论。", comment, reply="改好了。"), headers=AUTOSAVE)
    people(Role.TRAINER, **typed("先说结论。", comment, resolved=True), headers=AUTOSAVE)

    title = lesson.title
    assert f'<a class="line" href="{reverse("wagtailadmin_pages:edit", args=[lesson.pk])}">' in inbox
    assert told() == [
        ("培训师", f"审核人在《{title}》里写了评论：先说结论。"),
        ("审核人", f"培训师在《{title}》里写了评论：改好了。"),
    ], "that it is resolved stands behind what she has not read yet"
    assert [name for name, _body in told("email")] == ["培训师", "审核人"]
    assert (
        f"/admin/pages/{lesson.pk}/edit/" in Message.objects.get(kind=KIND, channel="email", user__name="培训师").body
    )
    assert mailoutbox == []
    assert Comment.objects.get().resolved_at


def test_she_is_told_again_once_she_has_read_and_of_what_is_resolved(people, lesson):
    people(Role.REVIEWER, **typed("先说结论。"), headers=AUTOSAVE)
    people(Role.REVIEWER, **typed("再短一点。"), headers=AUTOSAVE)
    Message.objects.filter(kind=KIND).update(read_at=timezone.now())
    first = Comment.objects.order_by("pk").first()
    people(Role.REVIEWER, **typed(first.text, first, resolved=True), headers=AUTOSAVE)

    assert [body for _name, body in told()] == [
        f"审核人在《{lesson.title}》里写了评论：先说结论。",
        f"审核人说《{lesson.title}》里的评论解决了：先说结论。",
    ]


def test_who_switched_it_on_is_told_and_who_no_longer_works_there_is_not(people, lesson):
    people(Role.REVIEWER, **typed("先说结论。"), headers=AUTOSAVE)
    comment = Comment.objects.get()
    decide(people, Role.REVIEWER, "reject", "看评论")
    grant = RoleGrant.objects.get(role=Role.REVIEWER)
    end_role(grant=grant, to_date=grant.from_date, ended_by=None)
    people(Role.LEGAL, comment_notifications="on")
    people(Role.TRAINER, **typed("先说结论。", comment, reply="改好了。"), headers=AUTOSAVE)

    assert [name for name, _body in told()] == ["培训师", "法律审核人"]
