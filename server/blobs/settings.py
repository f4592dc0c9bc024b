"""The settings of the blob server: few, for it is to know nothing that it does not need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from grader.signing import BadKeyError, verifying_keys
from server.config import BucketConfig, Reader, read_bucket

PREFIX = "HAZI_BLOBS_"


@dataclass(frozen=True, slots=True)
class BlobSettings:
    """Everything that it is told from outside."""

    store: str = field(repr=False)
    bucket: BucketConfig | None
    keys: tuple[Ed25519PublicKey, ...]  # what the server signs jobs with, two while it changes
    host: str
    port: int

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read `HAZI_*` names, directly or through their `*_FILE`. Raises ConfigError.

        Settings of the server that stand in the same environment file are none of its business.
        """
        reader = Reader(environ, PREFIX)
        found = cls(
            store=reader.required("HAZI_STORE"),
            bucket=read_bucket(reader),
            keys=_keys(reader),
            host=reader.text("HAZI_BLOBS_HOST", "127.0.0.1"),
            port=reader.number("HAZI_BLOBS_PORT", 8001, 1, 65535),
        )
        reader.check()
        return found


def _keys(reader: Reader) -> tuple[Ed25519PublicKey, ...]:
    text = reader.required("HAZI_VERIFYING_KEY")
    try:
        return verifying_keys(text) if text else ()
    except BadKeyError as error:
        reader.problems.append(f"HAZI_VERIFYING_KEY: {error}")
        return ()
