"""The words of a certificate's next version, each asked whether it has room on the page."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates import pdf
from certificates.models import CertificateDesign, Issuer
from certificates.models.design import WORDS
from certificates.pdf.fitting import PLACES
from certificates.services.designing import KEEP
from certificates.specimens import TRIES, specimen

LARGEST_SEAL = 8 * 1024 * 1024
# A training certificate must not look like one of the state's (design, section 7).
STATE_WORDS = re.compile(
    r"职业资格|执业资格|职业技能等级|职业水平|国家|中华人民共和国|national|state[- ]|republic|vocational|professional"
    r"|licen[cs]e|qualification",
    re.IGNORECASE,
)
LINE_END = re.compile(r"[ \t]*[\r\n]+[ \t]*")  # each text is one line of the certificate
EMPTY = {"required": gettext_lazy("这里还没写。证书上和记录里都要有。")}
TEXTS = (*WORDS, "signatory_post", "signatory")


def _text(name: str, help_text="", **options) -> forms.CharField:
    field = CertificateDesign._meta.get_field(name)
    return forms.CharField(
        label=field.verbose_name,
        max_length=field.max_length,
        required=not field.blank,
        help_text=help_text,
        error_messages=EMPTY,
        **options,
    )


class DesignForm(forms.Form):
    """`for_preview`: what only a version needs (its day, what was changed) is not asked for yet."""

    title_zh = _text("title_zh", gettext_lazy("写明是培训证书，不能写成国家的职业资格或职业水平证书。"))
    title_en = _text("title_en")
    lead_zh = _text("lead_zh")
    lead_en = _text("lead_en")
    text_zh = _text("text_zh", widget=forms.Textarea(attrs={"rows": 2}))
    text_en = _text("text_en", widget=forms.Textarea(attrs={"rows": 3}))
    signatory_post = _text("signatory_post", gettext_lazy("印在姓名前面，如：主任。可以不填。"))
    signatory = _text("signatory", gettext_lazy("不填，证书上就没有签发人一行。"))
    seal = forms.FileField(
        label=gettext_lazy("换一张印章图"),
        required=False,
        help_text=gettext_lazy("PNG 或 JPEG，最大 8 MB。只用本单位自己的印章图；底要透明，才不会盖住下面的字。"),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    remove_seal = forms.BooleanField(label=gettext_lazy("不用印章图，留盖章处"), required=False)
    in_force_from = forms.DateField(
        label=gettext_lazy("从哪天起用"),
        help_text=gettext_lazy("这一天起发的证书用新的一版。今天或以后。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=EMPTY,
    )
    note = forms.CharField(label=gettext_lazy("改了什么，为什么"), max_length=200, error_messages=EMPTY)
    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        *args,
        issuer: Issuer,
        newest: CertificateDesign,
        may_write: bool,
        may_seal: bool,
        for_preview=False,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.issuer, self.newest, self.may_seal = issuer, newest, may_seal
        self.seal_png: bytes | str | None = KEEP
        for name in TEXTS:
            self.fields[name].disabled = not may_write  # what is posted for it then counts for nothing
        if not may_seal:
            del self.fields["remove_seal"]
        if for_preview:
            for name in ("in_force_from", "note", "based_on"):
                self.fields[name].required = False

    def clean_title_zh(self):
        return self._not_the_states("title_zh")

    def clean_title_en(self):
        return self._not_the_states("title_en")

    def _not_the_states(self, name: str) -> str:
        text = self.cleaned_data[name]
        if found := STATE_WORDS.search(text):
            raise ValidationError(
                _("标题里不能有“%(word)s”：这是培训证书，不能让人当成国家的资格证书。") % {"word": found.group()}
            )
        return text

    def clean_in_force_from(self):
        day = self.cleaned_data["in_force_from"]
        if day and day < timezone.localdate():
            raise ValidationError(_("这一天已经过了。发出去的证书不能再变，请选今天或以后。"))
        return day

    def clean_seal(self):
        if self.cleaned_data.get("seal") is None:
            return None
        if not self.may_seal:
            raise ValidationError(_("印章由掌印人换，您没有这个权限。请掌印人来换；文字您可以接着改。"))
        upload = self.cleaned_data["seal"]
        if upload.size > LARGEST_SEAL:
            raise ValidationError(_("印章图太大了，最大 8 MB。请缩小以后再传。"))
        upload.seek(0)
        try:
            self.seal_png = pdf.normalise_seal(upload.read())
        except pdf.SealUnreadable as refusal:
            raise ValidationError(_("这张图打不开。请换一张 PNG 或 JPEG，宽和高都不超过 6000 像素。")) from refusal
        return None

    def clean(self):
        cleaned = super().clean()
        for name in TEXTS:
            if name in cleaned:
                cleaned[name] = unicodedata.normalize("NFC", LINE_END.sub(" ", cleaned[name]))
        if cleaned.get("remove_seal") and self.seal_png == KEEP:
            self.seal_png = None
        if len(self.design().signed) > 60:  # the column on the certificate
            self.add_error("signatory", _("签发人的职务和姓名合起来最多 60 个字。"))
        if not self.errors.keys() & {*TEXTS, "seal"}:
            self._ask_for_room(cleaned)
        return cleaned

    def _ask_for_room(self, cleaned) -> None:
        for refusal in pdf.find_problems(specimen(self.design(), seal_png=b"")):
            field = refusal.field if refusal.field in self.fields else f"{refusal.field}_zh"
            if field not in self.fields:
                field = None  # the issuer's own name: mended with the issuer
            self.add_error(field, sentence(refusal, self.issuer))

    def design(self) -> CertificateDesign:
        """This will give the version as typed, not saved."""
        words = {name: self.cleaned_data.get(name, "") for name in TEXTS}
        seal = self.newest.seal if self.seal_png == KEEP else None
        return CertificateDesign(issuer=self.issuer, number=self.newest.number + 1, seal=seal, **words)


def sentence(refusal: pdf.CannotPrint, issuer: Issuer) -> str:
    """This will say in words what has no room or no letters, and how much room there is."""
    if isinstance(refusal, pdf.UnprintableText):
        return _("证书的字体里没有“%(char)s”（%(code)s）这个字，印不出来。请换一个写法。") % {
            "char": refusal.char if refusal.char.isprintable() else "",
            "code": refusal.codepoint,
        }
    if refusal.field not in {"issuer_name", *(name.removesuffix("_zh") for name in TEXTS)}:
        return str(refusal)
    if refusal.field == "issuer_name":
        return _("发证单位的名称“%(name)s”太长，证书上放不下。请在“发证单位”里改短。") % {"name": issuer.name_zh}
    place = PLACES[refusal.field]
    return _("太长了：证书上这一行宽 %(width)d 毫米，最小用 %(size)s 磅的字也放不下。请短一些。") % {
        "width": place.width_mm,
        "size": f"{place.smallest:g}",
    }


class TryForm(forms.Form):
    """On whose name to try it."""

    key = forms.ChoiceField(
        label=gettext_lazy("用谁的名字试"),
        choices=[(key, tried.label) for key, tried in TRIES.items()],
        initial="long",
    )
