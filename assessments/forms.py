"""What forms bring: a learner's answer to one question, a trainer's question."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from .citations import parse
from .selectors import ShownQuestion


def answer_from_form(posted: QueryDict, question: ShownQuestion) -> tuple[list, bool]:
    """This will read one question's fields. False beside it: two steps claim one place; those two are left open."""
    if question.kind != "ordering":
        return posted.getlist(f"q{question.number}"), True
    size = len(question.options)
    claims: dict[int, list[str]] = {}
    for option in question.options:
        place = whole_number(posted.get(f"q{question.number}-{option.uuid}"), size, otherwise=0)
        claims.setdefault(place, []).append(option.uuid)
    answer = [claims[n][0] if len(claims.get(n, [])) == 1 else None for n in range(1, size + 1)]
    while answer and answer[-1] is None:
        answer.pop()
    return answer, all(len(options) == 1 for place, options in claims.items() if place)


def whole_number(text: str | None, size: int, otherwise: int = 1) -> int:
    """This will read a number from 1 to size, or give the other one."""
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else otherwise
    return number if 1 <= number <= size else otherwise


class CitationsField(forms.CharField):
    """Citations as a trainer writes them, one a line; kept as a list. A line that cannot be read is named."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)

    def validate(self, value):
        for number, citation in enumerate(value, 1):
            if parse(citation) is None:
                raise ValidationError(
                    _("第 %(n)d 行“%(text)s”看不懂。请写成：未成年人保护法@2024-04-26:11")
                    % {"n": number, "text": citation}
                )

    def run_validators(self, value):
        return


class QuestionForm(WagtailAdminModelForm):
    laws = CitationsField(
        label=gettext_lazy("引用的法条"),
        required=False,
        help_text=gettext_lazy("一行一条：法律简称@版本日期:条.款。例：未成年人保护法@2024-04-26:11.2"),
    )
