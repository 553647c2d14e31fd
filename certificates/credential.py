"""The certificate as an Open Badges 3.0 credential, signed with the register's own Ed25519 key.

The proof is a W3C Data Integrity one, `eddsa-jcs-2022`: any verifier of that suite checks it without asking us. The
credential is made and signed once, at issue, and its bytes are kept: the PDF carries them and /v/<code>/credential.json
serves them. It names nobody: who holds the address sees no more than on the public page, so no name and no number, but
a hash of both with a salt that only the register knows. A changed name is found, and no name can be guessed from it.
Revocation is not in it: the page is the authority for the status on the day.
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from certificates.models import Certificate

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
SHANGHAI = ZoneInfo("Asia/Shanghai")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"  # multicodec: what follows is an Ed25519 public key


class CredentialKeyMissing(RuntimeError):
    """QINGMIAO_CREDENTIAL_KEY names a file that holds no Ed25519 key."""


@dataclass(frozen=True)
class CredentialKey:
    private: Ed25519PrivateKey

    @property
    def did(self) -> str:
        """did:key, so that a verifier needs no second look-up."""
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"did:key:z{_base58(_ED25519 + raw)}"


def installed_key() -> CredentialKey:
    """This will load the key of QINGMIAO_CREDENTIAL_KEY, or the installation's own, made when it is first needed."""
    named = getattr(settings, "QINGMIAO_CREDENTIAL_KEY", "")
    return _load(Path(named)) if named else _load_or_make(Path(settings.DATA_DIR) / "credential-key" / "ed25519.pem")


@lru_cache(maxsize=4)
def _load(path: Path) -> CredentialKey:
    private = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(private, Ed25519PrivateKey):
        raise CredentialKeyMissing(str(path))
    return CredentialKey(private)


def _load_or_make(path: Path) -> CredentialKey:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = path.with_name(f"half-made.{os.getpid()}")
        half.touch(mode=0o600)
        half.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        try:
            os.link(half, path)  # fails, unlike a rename, when another process was first: its key then is everybody's
        except FileExistsError:
            pass
        finally:
            half.unlink()
    return _load(path)


def signed_credential(certificate: Certificate, *, address: str, key: CredentialKey) -> str:
    """This will write the credential of a certificate that has its facts and is about to be saved.

    address: the public page of the certificate, in full.
    """
    document = {
        "@context": CONTEXTS,
        "id": f"{address}credential.json",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": certificate.programme_title_zh,
        "issuer": {"id": key.did, "type": ["Profile"], "name": certificate.issuer_name_zh},
        "validFrom": _instant(certificate.issued_at),
        "credentialSubject": {
            "id": f"urn:uuid:{certificate.uuid}",
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityHash": _hash_of_holder(certificate),
                    "identityType": "ext:holder",
                }
            ],
            "activityStartDate": _day_begins(certificate.trained_from_date),
            "activityEndDate": _day_begins(certificate.trained_to_date),
            "creditsEarned": _number(certificate.hours),
            "achievement": {
                "id": f"urn:uuid:{uuid5(NAMESPACE_URL, 'qingmiao:programme:' + certificate.programme_code)}",
                "type": ["Achievement"],
                "achievementType": "Certificate",
                "name": certificate.programme_title_zh,
                "description": certificate.programme_title_en or certificate.programme_title_zh,
                "criteria": {"narrative": "完成全部必修课，修满学时，通过测试，没有关键错误。"},
            },
        },
    }
    if certificate.valid_until_date:
        end = datetime.combine(certificate.valid_until_date + timedelta(days=1), time(), SHANGHAI)
        document["validUntil"] = _instant(end - timedelta(seconds=1))
    document["proof"] = _proof(document, key, certificate.issued_at)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def is_intact(text: str, key: CredentialKey) -> bool:
    """Was this credential signed with the register's key, and not a byte of its facts changed since?"""
    document = json.loads(text)
    proof = document.pop("proof", {})
    signature = proof.pop("proofValue", "")
    if document.get("issuer", {}).get("id") != key.did or not signature.startswith("z"):
        return False
    public: Ed25519PublicKey = key.private.public_key()
    try:
        public.verify(_unbase58(signature[1:]), _hash_data(proof, document))
    except (InvalidSignature, ValueError):
        return False
    return True


def agrees(certificate: Certificate, key: CredentialKey) -> bool:
    """Does the register's row still say what was signed at issue? Whoever edits the table past its seal is found."""
    if not is_intact(certificate.credential, key):
        return False
    signed = json.loads(certificate.credential)
    address = signed["id"].removesuffix("credential.json")
    again = json.loads(signed_credential(certificate, address=address, key=key))
    return address.rstrip("/").endswith(certificate.verify_code) and again == signed


def _proof(document: dict, key: CredentialKey, created: datetime) -> dict:
    fragment = key.did.removeprefix("did:key:")
    proof = {
        "@context": document["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": _instant(created),
        "verificationMethod": f"{key.did}#{fragment}",
        "proofPurpose": "assertionMethod",
    }
    return proof | {"proofValue": "z" + _base58(key.private.sign(_hash_data(proof, document)))}


def _hash_data(proof: dict, document: dict) -> bytes:
    return sha256(_canonical(proof)).digest() + sha256(_canonical(document)).digest()


def _canonical(value: dict) -> bytes:
    """RFC 8785 (JCS). Our keys are ASCII and our numbers have at most one decimal, where Python writes as JCS asks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _hash_of_holder(certificate: Certificate) -> str:
    holder = "\n".join((certificate.salt, certificate.number, certificate.name))
    return f"sha256${sha256(holder.encode()).hexdigest()}"


def _number(hours) -> int | float:
    return int(hours) if hours == int(hours) else float(hours)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _day_begins(day) -> str:
    return _instant(datetime.combine(day, time(), SHANGHAI))


def _base58(data: bytes) -> str:
    number, text = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def _unbase58(text: str) -> bytes:
    number = 0
    for character in text:
        number = number * 58 + _BASE58.index(character)
    return b"\0" * (len(text) - len(text.lstrip("1"))) + number.to_bytes((number.bit_length() + 7) // 8)
