"""Who issues is edited in Wagtail's admin, by whom config/roles.py allows; certificates are not: they never change."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from certificates import pdf
from certificates.models import Issuer
from people.models import Region


class IssuerForm(WagtailAdminModelForm):
    """The seal is printed as uploaded, made small and clean first; it is shown nowhere but on certificates."""

    remove_seal = forms.BooleanField(label=_("去掉现在的印章图"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.filter(level__lte=Region.Level.COUNTY, valid_to_date=None)

    def clean_code(self):
        code = self.cleaned_data["code"]
        if not (code.isascii() and code.isalpha() and code.isupper()):
            raise ValidationError(gettext("代码是证书编号的开头，请用一到四个大写字母，如 QM。"))
        return code

    def clean_seal(self):
        upload = self.cleaned_data.get("seal")
        if not upload or not hasattr(upload, "image"):  # nothing new came
            return upload
        upload.seek(0)
        try:
            return ContentFile(pdf.normalise_seal(upload.read()), name="seal.png")
        except pdf.SealUnreadable as refusal:
            raise ValidationError(
                gettext("这张图打不开。请换一张 PNG 或 JPEG，宽和高都不超过 6000 像素。")
            ) from refusal

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("remove_seal"):
            cleaned["seal"] = ""
            self.instance.seal = ""
        return cleaned


class IssuerViewSet(SnippetViewSet):
    model = Issuer
    icon = "doc-full"
    menu_label = _("发证单位")
    add_to_admin_menu = True
    list_display = ["name_zh", "code", "region"]
    edit_handler = ObjectList(
        [
            FieldPanel("code", help_text=_("证书编号的开头，如 QM。发过证书后不要再改。")),
            FieldPanel("name_zh"),
            FieldPanel("name_en"),
            FieldPanel("signatory"),
            FieldPanel("phone", help_text=_("查证书的人看到这个电话。")),
            FieldPanel("region"),
            FieldPanel(
                "seal",
                widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
                help_text=_("只用本单位自己的印章图。不公开，只印在证书上。没有就留空，证书上留盖章处。"),
            ),
            FieldPanel("remove_seal"),
        ],
        base_form_class=IssuerForm,
    )


register_snippet(IssuerViewSet)
