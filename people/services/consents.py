from datetime import datetime

from people.models import Consent, User


def record_consent(
    *, user: User, text_key: str, text_version: str, is_given: bool, channel: str, recorded_at: datetime
) -> Consent:
    """This will write down that she agreed to, or withdrew from, one version of a text. Said again, it adds none."""
    last = user.consents.filter(text_key=text_key).order_by("-pk").first()
    if last and (last.text_version, last.is_given) == (text_version, is_given):
        return last
    return Consent.objects.create(
        user=user,
        text_key=text_key,
        text_version=text_version,
        is_given=is_given,
        channel=channel,
        recorded_at=recorded_at,
    )
