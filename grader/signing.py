"""How the server signs jobs, and how graders and the blob server tell them from what is none: Ed25519."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from grader.contract import RELEASE, GradeJob, SignedJob, signed_bytes

_PEM_LINE = re.compile(r"-----(?:BEGIN|END) [A-Z ]{1,40}-----")


class BadKeyError(ValueError):
    """A text is no Ed25519 key of the kind that is needed."""


class ForgedJobError(ValueError):
    """A job that the server has not signed."""


class OtherReleaseError(ValueError):
    """A job that may mean something else than it says: server and grader are of different releases."""


def new_signing_key() -> Ed25519PrivateKey:
    """A private key that nobody has had before."""
    return Ed25519PrivateKey.generate()


def signing_key(text: str) -> Ed25519PrivateKey:
    """The private key in a PEM text, or in what stands between its two marks. Raises BadKeyError."""
    try:
        key = load_der_private_key(_der(text), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKeyError("no private key: make one with `openssl genpkey -algorithm ed25519`") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKeyError("a private key of another kind than Ed25519")
    return key


def verifying_keys(text: str) -> tuple[Ed25519PublicKey, ...]:
    """The public keys in a text, separated by commas, each as with `signing_key`. Raises BadKeyError.

    There are two while a key is being replaced.
    """
    return tuple(_verifying_key(one) for one in text.split(","))


def private_text(key: Ed25519PrivateKey) -> str:
    """A private key as one line that `signing_key` reads."""
    return base64.b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half of a key as one line that `verifying_keys` reads."""
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def key_name(key: Ed25519PublicKey) -> str:
    """What a public key may be called where two programs compare what they have: 16 hexadecimal digits."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def sign(job: GradeJob, key: Ed25519PrivateKey) -> SignedJob:
    """The job as it may travel."""
    body = json.dumps(job.to_message())
    return SignedJob(job.attempt_id, RELEASE, body, key.sign(signed_bytes(RELEASE, body)).hex())


def verified(signed: SignedJob, keys: Sequence[Ed25519PublicKey]) -> GradeJob:
    """The job, if one of these keys has signed it.

    Raises ForgedJobError, OtherReleaseError, and MalformedMessageError.
    """
    try:
        signature = bytes.fromhex(signed.signature)
    except ValueError:
        raise ForgedJobError("the signature of a job is no hexadecimal number") from None
    if not any(_has_signed(key, signature, signed.signed_bytes) for key in keys):
        raise ForgedJobError("a job is not signed by the server")
    if signed.release != RELEASE:
        raise OtherReleaseError("a job of another release than this one")
    return signed.job()


def _has_signed(key: Ed25519PublicKey, signature: bytes, content: bytes) -> bool:
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _verifying_key(text: str) -> Ed25519PublicKey:
    try:
        key = load_der_public_key(_der(text))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKeyError("no public key: `openssl pkey -pubout` makes it from the private one") from error
    if not isinstance(key, Ed25519PublicKey):
        raise BadKeyError("a public key of another kind than Ed25519")
    return key


def _der(text: str) -> bytes:
    """The bytes of a key. Raises ValueError."""
    return base64.b64decode("".join(_PEM_LINE.sub("", text).split()), validate=True)
