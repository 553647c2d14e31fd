"""What happens when the last step of the review has said yes. Wagtail's models read this while they are being read."""

from django.utils import timezone


def publish_reviewed(workflow_state, user=None) -> None:
    """This will publish what was approved. The steps are the permission: nobody of them may publish by herself.

    A law's page says from then on the day on which its legal reviewer passed these words.
    """
    from content.models import Law, RoleReview
    from people.models import RoleGrant

    approved = workflow_state.content_object
    approved.get_latest_revision().publish(user=user, skip_permission_checks=True)
    if isinstance(approved, Law):
        steps = RoleReview.objects.filter(role=RoleGrant.Role.LEGAL)
        said = workflow_state.successful_task_states.filter(task__in=steps).order_by("finished_at").last()
        day = timezone.localdate(said.finished_at) if said else None  # an administrator may have left the step out
        Law.objects.filter(pk=approved.pk).update(legal_review_date=day)
