"""The editor's form: what must not be published is refused at its place; a draft is saved all the same."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import StreamBlockValidationError

from content.checks import blocking, findings_of

GOES_ON = ("action-publish", "action-submit", "action-restart-workflow")


def handed_in(data) -> bool:
    """Does the editor's form ask to hand in or to publish?"""
    return any(name in data for name in GOES_ON)


def goes_on(data) -> bool:
    """Handing in, approving and publishing; not saving a draft, and not sending it back."""
    approves = "action-workflow-action" in data and data.get("workflow-action-name") == "approve"
    return approves or handed_in(data)


class CheckedPageForm(WagtailAdminPageForm):
    """Every page of ours is written with it."""

    def add_error(self, field, error):
        """Wagtail tells of a wrong block in English and of nothing but its class; each block says itself what is wrong."""
        if str(getattr(error, "message", "")).startswith("Validation error in "):
            error.message = _("请看标出的几块。")
        super().add_error(field, error)

    def _post_clean(self):
        super()._post_clean()  # the page now holds what was typed
        if not goes_on(self.data):
            return
        found = blocking(findings_of(self.instance))
        for one in found:
            said = {"place": one.place, "words": one.words, "mending": one.mending}
            self.add_error(None, ValidationError(_("%(place)s：%(words)s。%(mending)s") % said))
        at_blocks = {one.block: ValidationError(one.mending) for one in found if one.block is not None}
        if at_blocks and "body" in self.fields and "body" not in self.errors:
            self.add_error("body", StreamBlockValidationError(block_errors=at_blocks))
