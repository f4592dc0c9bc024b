"""From server to grader: a job, and the files it names."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from grader.contract.fields import Flag, Text, Whole
from grader.contract.messages import MalformedMessageError, Sent


@dataclass(frozen=True, slots=True)
class BundleFile(Sent):
    """One file of a submission: a label the student chose, and the bytes by digest."""

    name: Text
    sha256: Text
    size: Whole


@dataclass(frozen=True, slots=True)
class GradeJob(Sent):
    """Grade these files against this version of this assignment."""

    attempt_id: Text = field(repr=False)  # unguessable; the report counts only with it
    slug: Text
    version: Text  # sha256 of the assignment's archive in the store
    files: tuple[BundleFile, ...]
    seed: Whole
    held_out_key: Text = field(repr=False)  # what the held-out data are drawn with: 64 hexadecimal digits
    trial: Flag = False  # with public data alone: then the key is that of no assignment
    yields: Flag = False  # it goes back as soon as another job waits in the same queue


@dataclass(frozen=True, slots=True)
class SignedJob(Sent):
    """A job as it travels: graders and the blob server take it for one only when the server has signed it."""

    attempt_id: Text = field(repr=False)  # as in the job, for whoever has to give it back unread
    release: Text  # of the server, see RELEASE
    body: Text = field(repr=False)  # the job as JSON
    signature: Text  # of `signed_bytes`, Ed25519: 128 hexadecimal digits

    @property
    def signed_bytes(self) -> bytes:
        """What the signature is of."""
        return signed_bytes(self.release, self.body)

    def job(self) -> GradeJob:
        """What was signed. Raises MalformedMessageError."""
        try:
            message = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise MalformedMessageError("the body of a job is no JSON") from error
        return GradeJob.from_message(message)


def signed_bytes(release: str, body: str) -> bytes:
    """What the server signs of a job: nothing else that it ever signs begins like this."""
    return f"hazi job\n{release}\n{body}".encode("utf-8", "surrogatepass")
