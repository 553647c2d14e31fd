"""The codes that people type: six digits by SMS, eight characters on paper. Pure; only keyed hashes are stored."""

import re
import secrets
import unicodedata

from django.utils.crypto import salted_hmac

SLIP_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O, 1 I L: read from paper, by lamplight
SLIP_LENGTH = 8


def new_sms_code() -> str:
    return f"{secrets.randbelow(1_000_000):06d}"


def new_slip_code() -> str:
    return "".join(secrets.choice(SLIP_ALPHABET) for _ in range(SLIP_LENGTH))


def show_slip_code(code: str) -> str:
    """This will write it as on the paper: QH48 27KM."""
    return f"{code[:4]} {code[4:]}"


def normalise_code(text: str) -> str:
    """This will keep letters and digits, half-width and upper-case: what was typed as it was meant."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text or "")).upper()


def hash_code(purpose: str, code: str) -> str:
    """This will give the keyed hash to store: 40 bits can be searched through, so SECRET_KEY stands in the way."""
    return salted_hmac(f"people.{purpose}", code, algorithm="sha256").hexdigest()
