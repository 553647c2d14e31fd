"""Forms of the registrar's desk: what is wrong on a certificate, and what she vouches for when she issues by hand."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from people.names import normalise_name, validate_name
from reports.roster_forms import DAY

_DAY_WRONG = {"invalid": _("请写成 2026-11-25 这样的日期。"), "required": _("请写日期。")}


class ReasonForm(forms.Form):
    """Words that she, the holder and whoever audits will read."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("持证人和以后核对的人都会看到，公开的查询页不显示。不写孩子的事。最多 500 字。"),
        error_messages={"required": _("请写明理由。持证人和以后核对的人都会看到。")},
    )

    def __init__(self, *args, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today


class TrainingForm(ReasonForm):
    """A training that was held elsewhere, as the paper says it."""

    trained_from_date = forms.DateField(label=_("培训从哪天"), widget=DAY, error_messages=_DAY_WRONG)
    trained_to_date = forms.DateField(label=_("到哪天"), widget=DAY, error_messages=_DAY_WRONG)
    result = forms.CharField(
        label=_("考核结果"),
        max_length=60,
        initial="合格",  # printed on a certificate in Chinese, whatever the language of the page
        help_text=_("印在证书上，比如“合格”“92 分”。"),
        error_messages={"required": _("请写考核结果。")},
    )
    field_order = ["trained_from_date", "trained_to_date", "result", "reason"]

    def clean(self) -> dict:
        data = super().clean() or {}
        begun, ended = data.get("trained_from_date"), data.get("trained_to_date")
        if begun and begun.year < 1970:
            self.add_error("trained_from_date", _("年份太早了，请再看看。"))
        if begun and ended and begun > ended:
            self.add_error("trained_to_date", _("结束的日期在开始的前面，请再看看。"))
        if ended and ended > self.today:
            self.add_error("trained_to_date", _("培训还没有结束。结束以后再发证。"))
        return data


class CorrectionForm(ReasonForm):
    """What of a certificate that learning earned can be wrong: the name. Its dates and its result are facts of ours."""

    name = forms.CharField(
        label=_("姓名"),
        min_length=2,
        max_length=50,
        help_text=_("和身份证上一样，新证书按这个名字印。她账号里的姓名也会一起改。"),
        error_messages={"required": _("请写姓名。"), "min_length": _("姓名至少两个字。")},
    )
    field_order = ["name", "reason"]

    def clean_name(self) -> str:
        validate_name(self.cleaned_data["name"])
        return normalise_name(self.cleaned_data["name"])


class ByHandCorrectionForm(CorrectionForm, TrainingForm):
    """Of one issued by hand, also what the registrar herself has written."""

    field_order = ["name", "trained_from_date", "trained_to_date", "result", "reason"]
