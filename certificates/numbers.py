"""The two names of a certificate: the number printed on it and the random code in its QR. Pure.

Both end in a check character of the Damm algorithm (H. M. Damm, "Totally anti-symmetric quasigroups for all orders
n ≠ 2, 6", Discrete Mathematics 307, 2007, 715-729): every single wrong character and every swap of two neighbours is
found. Neither is ever used twice: a revoked certificate keeps its address and a new one gets another.
"""

import re
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U to mistake for 1, 0 and V
RANDOM_CHARACTERS = 16  # of five bits: 80 bits

_DAMM_10 = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_NUMBER = re.compile(r"([A-Z]{1,4})([0-9]{4})([0-9]{6})([0-9]{6})([0-9])")
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def number_for(*, issuer_code: str, year: int, region_code: str, serial: int) -> str:
    """This will write the number: QM-2026-520624-000123-8."""
    digits = f"{year:04d}{region_code}{serial:06d}"
    return f"{issuer_code}-{year:04d}-{region_code}-{serial:06d}-{_check_digit(issuer_code, digits)}"


def read_number(text: str) -> str | None:
    """This will find the number in what somebody typed, whatever the case, spaces, dashes and width; or nothing."""
    match = _NUMBER.fullmatch(_squeezed(text))
    if match is None:
        return None
    issuer, year, region, serial, check = match.groups()
    if _check_digit(issuer, year + region + serial) != int(check):
        return None
    return f"{issuer}-{year}-{region}-{serial}-{check}"


def new_code() -> str:
    """This will make a verification code that nobody can guess: 80 random bits and a check character."""
    characters = [secrets.randbelow(32) for _ in range(RANDOM_CHARACTERS)]
    return "".join(ALPHABET[c] for c in (*characters, _damm_32(characters)))


def read_code(text: str) -> str | None:
    """This will find the code in what somebody typed, O taken for 0 and I or L for 1; or nothing."""
    code = _squeezed(text).translate(_MISREAD)
    if len(code) != RANDOM_CHARACTERS + 1 or any(c not in ALPHABET for c in code):
        return None
    *characters, check = (ALPHABET.index(c) for c in code)
    return code if _damm_32(characters) == check else None


def _squeezed(text: str) -> str:
    """Full-width letters become plain, every kind of dash, dot and space goes."""
    plain = unicodedata.normalize("NFKC", text[:100]).upper()
    return "".join(c for c in plain if unicodedata.category(c)[0] not in "ZPC" and c != "−")


def _check_digit(issuer_code: str, digits: str) -> int:
    """A letter counts as two digits, A = 10 to Z = 35, as in an IBAN."""
    interim = 0
    for digit in "".join(str(ord(letter) - 55) for letter in issuer_code) + digits:
        interim = _DAMM_10[interim][int(digit)]
    return interim


def _damm_32(characters: list[int]) -> int:
    """Damm's quasigroup of order 32: x * y = 2(x + y) in GF(2^5), reduced by x^5 + x^2 + 1."""
    interim = 0
    for character in characters:
        interim = (interim ^ character) << 1
        if interim & 32:
            interim ^= 0b100101
    return interim
