"""PAdES B-B with pyHanko, so that the file stays PDF/A-3a and PDF/UA-1 after it."""

import io

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .keys import SigningKey


class OpenKeySigner(signers.SimpleSigner):
    """Signs with the key object that we hold; see SigningKey for why."""

    def __init__(self, key: SigningKey):
        self._key = key
        above = SimpleCertificateStore()
        above.register_multiple(_asn1(certificate) for certificate in key.above)
        private = key.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        own = _asn1(key.certificate)
        # Whoever verifies holds the root already, or must not take it from the file: 1.3 KB less.
        super().__init__(own, asn1_keys.PrivateKeyInfo.load(private), above, embed_roots=False)

    async def async_sign_raw(self, data, digest_algorithm, dry_run=False):
        # A dry run measures the space to keep free: a DER signature of P-256 is at most 72 bytes, of RSA one modulus.
        return bytes(-(-self._key.private_key.key_size // 8) * 2 + 9) if dry_run else self._key.signature(data)


class QuietWriter(IncrementalPdfFileWriter):
    """pyHanko's writer rewrites the XMP (producer, dates, RDF shape); page-validation then refuses the file."""

    def _update_meta(self):
        pass


def certify(pdf: bytes, key: SigningKey) -> bytes:
    """This will certify the file and allow no change after it.

    The field lies off the page (pyHanko's visible stamp fails both standards: unembedded font, untagged widget) and has
    a readable name, which PDF/UA asks for. Whoever verifies asks `intact` and `bottom_line`: `valid` alone stayed true
    on a file with a changed byte.
    """
    field = fields.SigFieldSpec(
        "Signature1", on_page=0, box=(-20, -20, -20, -20), readable_field_name="发证单位电子签名"
    )
    meta = signers.PdfSignatureMetadata(
        field_name="Signature1",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    writer = QuietWriter(io.BytesIO(pdf))
    return signers.sign_pdf(writer, meta, signer=OpenKeySigner(key), new_field_spec=field).getvalue()


def _asn1(certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
