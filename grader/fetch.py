"""Bytes of a job from the server's blob server, by their digest, verified before anyone looks at them."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from grader.contract import RELEASE, BundleFile, SignedJob
from grader.signing import key_name

PATIENCE_S = 20.0  # for the next bytes of an answer; the blob server itself waits less long for its store
LONGEST_PROBE = 4096  # bytes
DIGEST = re.compile(r"[0-9a-f]{64}")
WHY = {
    403: "is not handed out: the blob server does not take the job for one of the server's",
    404: "is missing",
}


class StoreError(RuntimeError):
    """The store does not hold what the job names, or cannot be read. Ours to repair, not the student's."""


@dataclass(frozen=True, slots=True)
class BlobServer:
    """The way to the store."""

    url: str
    keys: Sequence[Ed25519PublicKey]  # what this grader takes for the server's

    def problem(self) -> str:
        """Why nothing can be fetched here; empty where all is well and it is of this program's release."""
        try:
            status, body = self._read(httpx.Request("GET", f"{self._base}/probe"), LONGEST_PROBE)
        except StoreError as error:
            return f"{error}. HAZI_BLOBS_URL must lead to the server's blob server"
        name, *rest = body.decode("ascii", "replace").split() or [""]
        if status != httpx.codes.OK or name != "hazi" or not rest:
            return "HAZI_BLOBS_URL does not lead to a blob server of Házi"
        if rest[0] != RELEASE:
            return (
                "the server is of another release than this grader: install the server's release here, "
                "and start the grader again"
            )
        if not set(rest[1:]) & {key_name(key) for key in self.keys}:
            return "HAZI_VERIFYING_KEY here is none of those of the blob server"
        return ""

    def archive(self, job: SignedJob, digest: str, at_most: int) -> bytes:
        """The archive of the assignment that a job names. Raises StoreError."""
        return self._fetch("archives", job, digest, at_most)

    def files(self, job: SignedJob, files: Sequence[BundleFile], at_most: int) -> dict[str, bytes]:
        """The files of a job's submission by name. Raises StoreError."""
        fetched = {file.name: self._file(job, file, at_most) for file in files}
        if len(fetched) != len(files):
            raise StoreError("two files of the submission have the same name")
        return fetched

    @property
    def _base(self) -> str:
        return self.url.rstrip("/")

    def _file(self, job: SignedJob, file: BundleFile, at_most: int) -> bytes:
        data = self._fetch("blobs", job, file.sha256, at_most)
        if len(data) != file.size:
            raise StoreError(f"{_named(file.sha256)} holds other bytes")
        return data

    def _fetch(self, space: str, job: SignedJob, digest: str, at_most: int) -> bytes:
        if not DIGEST.fullmatch(digest):
            raise StoreError(f"{digest[:80]!r} is no digest")
        request = httpx.Request("POST", f"{self._base}/{space}/{digest}", json=job.to_message())
        status, data = self._read(request, at_most)
        if status != httpx.codes.OK:
            raise StoreError(f"{_named(digest)} {WHY[status]}")
        if len(data) > at_most:
            raise StoreError(f"{_named(digest)} is larger than {at_most} bytes")
        if sha256(data).hexdigest() != digest:
            raise StoreError(f"{_named(digest)} holds other bytes")
        return data

    def _read(self, request: httpx.Request, at_most: int) -> tuple[int, bytes]:
        """Status and content of an answer, or a little more than `at_most` bytes of it. Raises StoreError."""
        kept = io.BytesIO()
        try:
            # Without the environment's proxies, and following nobody elsewhere: it is on a network of ours.
            with httpx.Client(trust_env=False, timeout=PATIENCE_S) as client:
                answer = client.send(request, stream=True)
                if answer.status_code != httpx.codes.OK and answer.status_code not in WHY:
                    reason = f"the blob server answers {answer.status_code}"
                    raise StoreError(f"the store cannot be read: {reason}")
                for chunk in answer.iter_raw():
                    kept.write(chunk)
                    if kept.tell() > at_most:
                        break
        except (httpx.HTTPError, OSError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise StoreError(f"the blob server cannot be reached: {reason}") from error
        return answer.status_code, kept.getvalue()


def _named(digest: str) -> str:
    """Enough of a digest to find the blob: logs hide long ones, which could be keys."""
    return f"blob {digest[:16]}..."
