"""Wagtail's small fields as we want them: a line that a phone shows whole, a choice that is said in words."""

from django.utils.encoding import force_str
from wagtail import blocks
from wagtail.admin.widgets import AdminAutoHeightTextInput


class OneLine(AdminAutoHeightTextInput):
    """A field for one line of words: it wraps and grows where an input would cut them, and keeps no line break."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return value and " ".join(line.strip() for line in value.splitlines())


class LineBlock(blocks.CharBlock):
    """A line of words, however long, in a field that grows with it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        widget = OneLine()
        widget.is_required = self.field.required
        widget.attrs |= self.field.widget_attrs(widget)
        self.field.widget = widget


class OneOfBlock(blocks.ChoiceBlock):
    """A choice. Where versions are compared it stands as the editor chose it (这样做), not as it is stored (do)."""

    def render_basic(self, value, context=None):
        labels = {stored: label for stored, label in self.field.choices if stored}
        return force_str(labels.get(value, value or ""))
