"""The review that every page and every law goes through before it is published: content, law, children's safety."""

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, Workflow, WorkflowContentType, WorkflowPage, WorkflowTask

from content.models import Law, RoleReview
from people.models import RoleGrant

NAME = "内容 → 法律 → 儿童安全"
STEPS = (
    ("内容审核", RoleGrant.Role.REVIEWER),
    ("法律审核", RoleGrant.Role.LEGAL),
    ("儿童安全审核", RoleGrant.Role.SAFEGUARDING),
)


def build_review(using: str = "default") -> None:
    """This will stand the review over every page and law, once: what an administrator changes about it later stays."""
    root = Page.objects.using(using).filter(depth=1).first()
    if root is None or RoleReview.objects.using(using).exists():
        return
    review = Workflow.objects.using(using).create(name=NAME)
    for order, (name, role) in enumerate(STEPS):
        step = RoleReview.objects.using(using).create(name=name, role=role)
        WorkflowTask.objects.using(using).create(workflow=review, task=step, sort_order=order)
    # Wagtail's own moderation, which asks a group that nobody of ours is in
    Workflow.objects.using(using).exclude(pk=review.pk).update(active=False)
    WorkflowPage.objects.using(using).update_or_create(page=root, defaults={"workflow": review})
    law = ContentType.objects.db_manager(using).get_for_model(Law)
    WorkflowContentType.objects.using(using).update_or_create(content_type=law, defaults={"workflow": review})
