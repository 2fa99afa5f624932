"""Certificates made for a test: an authority of our own, and a server's certificate that it signs."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


def server_context(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """What a server called `name` shows, and the file of the authority one has to trust for it."""
    root, leaf = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _named("authority of a test")
    ca = _certificate(authority, authority, root, root, x509.BasicConstraints(ca=True, path_length=None))
    names = x509.SubjectAlternativeName([x509.DNSName(name)])
    shown = _certificate(_named(name), authority, leaf, root, names)
    trusted, certificate, key = (folder / f"{name}-{part}.pem" for part in ("ca", "cert", "key"))
    pem = serialization.Encoding.PEM
    trusted.write_bytes(ca.public_bytes(pem))
    certificate.write_bytes(shown.public_bytes(pem))
    key.write_bytes(leaf.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, trusted


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - DAY).not_valid_after(now + DAY)
    return made.add_extension(extension, critical=False).sign(signer, hashes.SHA256())
