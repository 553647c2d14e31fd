"""What the checks say about the page as it was last saved, above its fields: for the author and for each step."""

from wagtail.admin.panels import Panel

from content.checks import findings_of


class ChecksPanel(Panel):
    """Findings with place and mending. Empty for a page that was never saved, and where all is well."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/panels/checks.html"

        def is_shown(self):
            return super().is_shown() and bool(self.instance.pk and self.findings)

        @property
        def findings(self):
            if not hasattr(self, "_findings"):
                self._findings = findings_of(self.instance)
            return self._findings

        def get_context_data(self, parent_context=None):
            return super().get_context_data(parent_context) | {"findings": self.findings}
