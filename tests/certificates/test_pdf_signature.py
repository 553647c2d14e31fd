"""The signature: valid over the whole file, broken by one bit anywhere, made with the issuer's key or a marked one."""

import io
import random
import stat

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certificates import pdf
from certificates.pdf import keys
from tests.certificates.pdf_help import CASES, needs, pdfsig_is_content, signed, unsigned, weasyprint_leaves_a_file_open

pytestmark = weasyprint_leaves_a_file_open


def pyhanko_status(data: bytes, root: x509.Certificate):
    roots = [asn1_x509.Certificate.load(root.public_bytes(Encoding.DER))]
    signature = PdfFileReader(io.BytesIO(data)).embedded_signatures[0]
    return validate_pdf_signature(signature, ValidationContext(trust_roots=roots))


@pytest.mark.parametrize("case", CASES)
def test_pdfsig_and_pyhanko_find_the_whole_file_signed(case, fonts, key, tmp_path):
    needs("pdfsig")
    data = signed(case, fonts, key)

    status = pyhanko_status(data, key.root)

    assert pdfsig_is_content(data, tmp_path)
    assert status.intact
    assert status.bottom_line


def test_a_stranger_root_is_not_trusted(fonts, key, tmp_path):
    stranger = keys.demonstration(tmp_path)

    assert not pyhanko_status(signed("short", fonts, key), stranger.root).bottom_line


def test_one_flipped_bit_is_found_anywhere(fonts, key, tmp_path):
    needs("pdfsig")
    data = signed("short", fonts, key)
    start, length, second, rest = PdfFileReader(io.BytesIO(data)).embedded_signatures[0].byte_range
    places = [*range(start + 9, start + length), *range(second, second + rest - 40)]

    unnoticed = []
    for place in random.Random(1).sample(places, 40):
        twin = bytearray(data)
        twin[place] ^= 1
        if pdfsig_is_content(bytes(twin), tmp_path):
            unnoticed.append(place)

    assert unnoticed == []


def test_an_appended_page_is_found(fonts, key, tmp_path):
    needs("pdfsig")

    assert not pdfsig_is_content(signed("short", fonts, key) + b"\n% more\n", tmp_path)


def test_demonstration_key_says_so_is_kept_and_is_private(tmp_path):
    first = keys.demonstration(tmp_path / "new")
    again = keys.demonstration(tmp_path / "new")

    assert first.certificate == again.certificate
    assert first.is_demonstration
    assert "DEMONSTRATION" in first.root.subject.rfc4514_string()
    assert isinstance(first.private_key.curve, ec.SECP256R1)
    kept = list((tmp_path / "new").iterdir())
    assert [path.name for path in kept] == ["demonstration-key.pem"]
    assert stat.S_IMODE(kept[0].stat().st_mode) == 0o600


def issuers_own(private) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "某某县青年社会工作服务中心")])
    return (
        keys._certificate(name, name, private)
        .add_extension(keys._usage(digital_signature=True, content_commitment=True), critical=True)
        .sign(private, hashes.SHA256())
    )


@pytest.mark.parametrize("kind", ["pem", "p12", "p12 with passphrase"])
@pytest.mark.parametrize("private", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)])
def test_the_issuers_own_key_signs(kind, private, fonts, tmp_path):
    needs("pdfsig")
    certificate, path = issuers_own(private), tmp_path / "key"
    secret = "口令" if "passphrase" in kind else None
    shut = serialization.BestAvailableEncryption(secret.encode()) if secret else serialization.NoEncryption()
    if kind == "pem":
        pem = private.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, shut)
        path.write_bytes(certificate.public_bytes(Encoding.PEM) + pem)
    else:
        path.write_bytes(pkcs12.serialize_key_and_certificates(b"key", private, certificate, None, shut))

    loaded = keys.load(path, secret)
    data = pdf.sign(unsigned("short", fonts), loaded)

    assert not loaded.is_demonstration
    assert pdfsig_is_content(data, tmp_path)
    assert pyhanko_status(data, certificate).bottom_line


def test_an_unusable_key_file_is_refused(tmp_path):
    private, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    pem = private.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    strangers = pem + issuers_own(other).public_bytes(Encoding.PEM)
    shut = private.private_bytes(
        Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
    )
    path = tmp_path / "key"

    for content in (b"", b"nonsense", pem, strangers, shut + issuers_own(private).public_bytes(Encoding.PEM)):
        path.write_bytes(content)
        with pytest.raises(keys.KeyUnusable):
            keys.load(path)
