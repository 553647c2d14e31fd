"""How a text message leaves the house. A real gateway is one class with `send`, named by the setting SMS_PROVIDER."""

import logging
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


class Provider(Protocol):
    def send(self, phone: str, text: str) -> None:
        """This will hand one text to the gateway, or raise: the row is tried again later."""


class Console:
    """The demo's gateway: the text stands in the log, no message is sent."""

    def send(self, phone: str, text: str) -> None:
        logger.info("演示短信 %s：%s", phone, text)


def provider() -> Provider:
    if not settings.SMS_PROVIDER:
        raise ImproperlyConfigured("SMS_PROVIDER is not set: no text message can leave")
    return import_string(settings.SMS_PROVIDER)()
