"""The one place where the PDF engine asks Django: where this installation keeps its fonts and its signing key."""

from pathlib import Path

from . import keys


def fonts_folder() -> Path:
    from django.conf import settings

    return Path(settings.DATA_DIR) / "certificate-fonts"


def signing_key() -> keys.SigningKey:
    """This will load the key of CERTIFICATE_KEY_FILE (PEM or PKCS#12), or the demonstration key when none is set."""
    from django.conf import settings

    if path := getattr(settings, "CERTIFICATE_KEY_FILE", None):
        return keys.load(Path(path), getattr(settings, "CERTIFICATE_KEY_PASSPHRASE", None))
    return keys.demonstration(Path(settings.DATA_DIR) / "demonstration-key")
