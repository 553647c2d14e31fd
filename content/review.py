"""What happens when the last step of the review has said yes."""


def publish_reviewed(workflow_state, user=None) -> None:
    """This will publish what was approved. The steps are the permission: nobody of them may publish by herself."""
    workflow_state.content_object.get_latest_revision().publish(user=user, skip_permission_checks=True)
