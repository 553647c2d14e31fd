"""The law's editor: what must not be published is refused with its reason; a draft is saved all the same."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from content.checks import blocking
from content.checks_form import goes_on
from content.checks_panel import ChecksPanel
from content.law_checks import findings_of_law, twice_in


class LawForm(WagtailAdminModelForm):
    def is_valid(self):
        """The clauses are forms of their own: only when each is right can the whole be looked through."""
        if not super().is_valid():
            return False
        law = self.save(commit=False)
        found = blocking(findings_of_law(law)) if goes_on(self.data) else twice_in(law)
        for one in found:
            said = {"place": one.place, "words": one.words, "mending": one.mending}
            self.add_error(None, ValidationError(_("%(place)s：%(words)s。%(mending)s") % said))
        return not self.errors


class LawChecksPanel(ChecksPanel):
    """The same above the law's fields: a step that cannot say yes reads why."""

    class BoundPanel(ChecksPanel.BoundPanel):
        @property
        def findings(self):
            return findings_of_law(self.instance) if self.instance.pk else []
