"""The key that signs certificates: the issuer's own, or one made for demonstrations that says so in its name."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

DEMONSTRATION = "青苗 Qingmiao DEMONSTRATION root - 仅供演示 not for use"
PEM = b"-----BEGIN"


class KeyUnusable(ValueError):
    """The file holds no private key with its certificate, or one that cannot sign."""


@dataclass(frozen=True)
class SigningKey:
    """A private key kept open, its certificate and those above it.

    Kept open because pyHanko loads a key from its bytes for each signature: an RSA-3072 key is then re-checked twice,
    200 ms of processor time instead of 19.
    """

    private_key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: x509.Certificate
    above: tuple[x509.Certificate, ...] = ()

    @property
    def is_demonstration(self) -> bool:
        return any(DEMONSTRATION in one.issuer.rfc4514_string() for one in (self.certificate, *self.above))

    @property
    def root(self) -> x509.Certificate:
        return (self.certificate, *self.above)[-1]

    def signature(self, data: bytes) -> bytes:
        if isinstance(self.private_key, ec.EllipticCurvePrivateKey):
            return self.private_key.sign(data, ec.ECDSA(hashes.SHA256()))
        return self.private_key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def load(path: Path, passphrase: str | None = None) -> SigningKey:
    """This will load a key with its certificates from PEM (key first or last, all in one file) or PKCS#12."""
    data, secret = path.read_bytes(), passphrase.encode() if passphrase else None
    private: object
    try:
        if PEM in data:
            private, certificates = load_pem_private_key(data, secret), x509.load_pem_x509_certificates(data)
        else:
            private, own, above = pkcs12.load_key_and_certificates(data, secret)
            certificates = [own, *above] if own else []
    except (ValueError, TypeError) as error:
        raise KeyUnusable(f"{path}: {error}") from error
    if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) or not certificates:
        raise KeyUnusable(f"{path}: a private key (RSA or elliptic curve) and its certificate are needed")
    if private.public_key() != certificates[0].public_key():
        raise KeyUnusable(f"{path}: the first certificate belongs to another key")
    return SigningKey(private, certificates[0], tuple(certificates[1:]))


def demonstration(folder: Path) -> SigningKey:
    """This will load the demonstration key of the folder, and make it first when there is none."""
    path = folder / "demonstration-key.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        half = folder / f"half-made.{os.getpid()}"
        half.touch(mode=0o600)
        half.write_bytes(_make_demonstration())
        with suppress(FileExistsError):  # unlike a rename a link fails when another process was first: use that one's
            os.link(half, path)
        half.unlink()
    return load(path)


def _make_demonstration() -> bytes:
    """Key, certificate and root in PEM. The root's own key is thrown away: nothing else can be made under it."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, name = _name(DEMONSTRATION), _name("青苗 Qingmiao demonstration certificates - 仅供演示")
    root = (
        _certificate(root_name, root_name, root_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    own = (
        _certificate(name, root_name, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + own.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


def _certificate(subject, issuer, key) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        issuer, subject, key.public_key(), x509.random_serial_number(), now - timedelta(1), now + timedelta(3650)
    )


def _usage(**true) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
        "encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: true.get(name, False) for name in names.split()})
