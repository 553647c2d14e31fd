"""The holder hears of her certificate in her own language, in the app; it costs no SMS and reaches no other phone."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from certificates.models import Certificate
from people.models import Message
from people.services import owe_message


def tell_holder(certificate: Certificate, kind: str, at: datetime) -> None:
    """This will leave her a message: issued, corrected, revoked or reinstated. The reason stands on the certificate's own page."""
    with translation.override(certificate.learner.language):
        words = {
            "certificate_issued": _("您的证书发了：%(programme)s，编号 %(number)s。"),
            "certificate_corrected": _(
                "您的证书更正好了：%(programme)s，新编号 %(number)s。旧编号还查得到，会指到新的这张。"
            ),
            "certificate_revoked": _("您的证书 %(number)s（%(programme)s）已撤销。原因和经过在“我的证书”里。"),
            "certificate_reinstated": _("您的证书 %(number)s（%(programme)s）已恢复，编号不变。"),
        }[kind]
        body = words % {"programme": certificate.programme_title, "number": certificate.number}
    owe_message(user=certificate.learner, channel=Message.Channel.APP, kind=kind, body=body, now=at)
