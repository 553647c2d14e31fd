"""Who must look next, and what became of it: told through owed rows, once a step.

Wagtail's own letters would go out inside the request, of the same facts: nobody is told twice.
"""

from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.admin import signal_handlers
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_cancelled, workflow_rejected

from content.about import key_of
from content.models import RoleReview
from people.models import Message, RoleGrant, User
from people.services import owe_messages


def connect() -> None:
    """This will listen to the review from now on, in the place of Wagtail, whose app is made ready after ours."""
    signal_handlers.register_signal_handlers = lambda: None
    workflow_cancelled.connect(tell_author, sender=WorkflowState, dispatch_uid="content_tell_author_cancelled")
    task_submitted.connect(tell_reviewers, sender=TaskState, dispatch_uid="content_tell_reviewers")
    workflow_rejected.connect(tell_author, sender=WorkflowState, dispatch_uid="content_tell_author_rejected")
    workflow_approved.connect(tell_author, sender=WorkflowState, dispatch_uid="content_tell_author_approved")


def tell_reviewers(sender, instance: TaskState, **kwargs) -> None:
    """This will tell everybody who holds the step's role today, but for who handed it in: she may not approve it."""
    step = instance.task.specific
    if not isinstance(step, RoleReview):
        return
    grants = RoleGrant.objects.on(timezone.localdate()).filter(role=step.role)
    author = instance.workflow_state.requested_by_id
    reviewers = User.objects.active().filter(pk__in=grants.values("user")).exclude(pk=author)

    def words() -> tuple[str, str]:
        facts = {"title": str(instance.workflow_state.content_object), "step": RoleGrant.Role(step.role).label}
        return _("等您审：%(title)s") % facts, _("《%(title)s》到了“%(step)s”这一步，等您看。") % facts

    _tell(reviewers, "review_wanted", words, instance.workflow_state)


KINDS = {
    WorkflowState.STATUS_APPROVED: "review_passed",
    WorkflowState.STATUS_NEEDS_CHANGES: "review_returned",
    WorkflowState.STATUS_CANCELLED: "review_cancelled",
}


def tell_author(sender, instance: WorkflowState, user: User | None = None, **kwargs) -> None:
    """This will tell who handed it in what became of it, with all that the reviewers wrote: nothing of what she did."""
    author = instance.requested_by
    if author is None or author == user:
        return
    _tell([author], KINDS[instance.status], lambda: _became(instance, user), instance)


def _became(state: WorkflowState, user: User | None) -> tuple[str, str]:
    """The subject and the body, in the language that is active."""
    facts = {"title": str(state.content_object), "who": user.name if user else "", "comment": _comments(state)}
    if state.status == WorkflowState.STATUS_CANCELLED:
        return _("审核停下了：%(title)s") % facts, _(
            "《%(title)s》的审核被%(who)s停下了。请打开看看现在的样子；要接着审，请再提交一次。"
        ) % facts
    if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        facts["comment"] = facts["comment"] or _("没有写。")
        return _("请再改改：%(title)s") % facts, _("《%(title)s》请您再改改。%(who)s写的意见：%(comment)s") % facts
    day = state.content_object.get_latest_revision().approved_go_live_at
    if day:
        facts["day"] = date_format(timezone.localtime(day), "Y-m-d H:i")
        subject, body = _("审完了：%(title)s"), _("《%(title)s》审完了，%(day)s 自动发布。")
    else:
        subject, body = _("发布了：%(title)s"), _("《%(title)s》审完了，已经发布。")
    if facts["comment"]:
        body += _("审核人写的话：%(comment)s")
    return subject % facts, body % facts


def _comments(state: WorkflowState) -> str:
    """What the reviewers of this round wrote: of the step that sent it back, or of all that said yes."""
    said = state.task_states.exclude(comment="").order_by("pk")
    if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        said = said.filter(pk=state.current_task_state_id)
    return _("；").join(said.values_list("comment", flat=True))


def _tell(people: Iterable[User], kind: str, words, state: WorkflowState) -> None:
    """In the app, and by e-mail to who has one, each in her own language, with the way to the editor."""
    messages, about = [], key_of(state.content_object)
    for person in people:
        path = AdminURLFinder(person).get_edit_url(state.content_object) or ""
        with translation.override(person.language):
            subject, body = words()
        said = {"user": person, "kind": kind, "subject": subject[:200], "about": about}
        messages.append(Message(channel=Message.Channel.APP, body=body, **said))
        if person.email:
            messages.append(
                Message(
                    channel=Message.Channel.EMAIL,
                    address=person.email,
                    body=f"{body}\n\n{settings.SITE_URL}{path}",
                    **said,
                )
            )
    owe_messages(messages=messages, now=timezone.now())
