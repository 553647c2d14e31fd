"""What stands above a page's fields: why it came back, and what the checks say about it as it was last saved."""

from wagtail.admin.panels import Panel

from content.checks import findings_of


class ChecksPanel(Panel):
    """Findings with place and mending, written anew each time the editor saves by itself (pages/edit_partials.html)."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/panels/checks.html"

        @property
        def findings(self):
            return findings_of(self.instance) if self.instance.pk else []


class ReturnedPanel(Panel):
    """Who sent the page back, at which step, and what she wrote: until it is handed in again."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/panels/returned.html"

        def is_shown(self):
            return super().is_shown() and self.returned is not None

        @property
        def returned(self):
            """The step's state, or None when nobody has sent the page back."""
            state = self.instance.current_workflow_state if self.instance.pk else None
            return state.current_task_state if state and state.status == state.STATUS_NEEDS_CHANGES else None

        def get_context_data(self, parent_context=None):
            return super().get_context_data(parent_context) | {"returned": self.returned}
