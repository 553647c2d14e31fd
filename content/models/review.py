from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState

from content.checks import blocking, findings_of
from people.models import RoleGrant
from people.scope import roles_of

from .law import Law


class RoleReview(Task):
    """A step of the review that belongs to a role. It asks the dated grants, so an ended one ends the say at once.

    Nobody approves what she handed in herself, and what must not be published is not approved.
    """

    STEPS = (RoleGrant.Role.REVIEWER, RoleGrant.Role.LEGAL, RoleGrant.Role.SAFEGUARDING)

    role = models.CharField(_("谁来审"), max_length=16, choices=[(role.value, role.label) for role in STEPS])

    admin_form_fields: ClassVar[list[str]] = [*Task.admin_form_fields, "role"]

    class Meta:
        verbose_name = _("审核步骤")
        verbose_name_plural = _("审核步骤")

    def holds(self, user) -> bool:
        """Does the person hold the step's role today?"""
        return self.role in roles_of(user, timezone.localdate())

    def start(self, workflow_state, user=None):
        """Of the words handed in now. Wagtail 8.0.1's editor of a law holds it as it was before they were saved."""
        workflow_state.content_object.refresh_from_db(fields=["latest_revision"])
        return super().start(workflow_state, user=user)

    def user_can_access_editor(self, obj, user):
        return self.holds(user)

    def locked_for_user(self, obj, user):
        return not self.holds(user)

    def user_can_lock(self, obj, user):
        return self.holds(user)

    def user_can_unlock(self, obj, user):
        return False

    def get_actions(self, obj, user):
        if not self.holds(user):
            return []
        actions = [("reject", _("请作者改"), True)]
        state = obj.current_workflow_state
        if state and state.requested_by_id == user.pk:
            return actions
        if not blocking(_findings(obj.get_latest_revision_as_object())):
            actions += [("approve", _("通过"), False), ("approve", _("通过，并写一句"), True)]
        return actions

    def get_task_states_user_can_moderate(self, user, **kwargs):
        if self.holds(user):
            return self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        return TaskState.objects.none()

    @classmethod
    def get_description(cls):
        return _("持有这个角色的人来审")


def _findings(draft):
    from content.law_checks import findings_of_law  # it asks the models, which are read first

    return findings_of_law(draft) if isinstance(draft, Law) else findings_of(draft)
