"""Who sits at the editor, and the form as the real page posts it."""

from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from content.models import RoleReview
from courses.models import LessonPage
from people.models import RoleGrant
from tests.factories.people import RoleGrantFactory

Role = RoleGrant.Role
SENTENCE = "看见了，就说出来。"


def seated(client, lesson):
    """This will give a way to post the editor's real form as somebody of a role."""
    people = {role: RoleGrantFactory(role=role).user for role in (Role.TRAINER, *RoleReview.STEPS, Role.ADMINISTRATOR)}

    def post(role, words=SENTENCE, page=lesson, headers=None, **action):
        client.force_login(people[role])
        data = {
            "title": page.title,
            "summary": "",
            "note": "",
            "outcomes": "",
            "body": streamfield([("point", {"text": rich_text(f"<p>{words}</p>")})]),
            "number": page.number,
            "module": 1,
            "module_title": "",
            "hours": "1",
            "is_required": "on",
            "competencies": "",
            "guidance": "",
            "author": "",
            "review_notes": "",
            "comments": inline_formset([]),
        } | {name.replace("_", "-") if name.startswith("action_") else name: value for name, value in action.items()}
        return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), nested_form_data(data), headers=headers)

    post.people = people
    post.client = client
    return post


def decide(desk, role, what, comment=""):
    page = LessonPage.objects.get(course__code="C04", number=4, locale__language_code="zh-hans")
    desk.client.force_login(desk.people[role])
    state = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, what, state.pk])
    return desk.client.post(address, {"comment": comment})
