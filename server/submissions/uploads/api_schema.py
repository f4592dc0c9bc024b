"""What the API says and takes about uploads in pieces."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from server.http.api_address import API
from server.submissions.models import Upload
from server.submissions.uploads.rules import LIFE


class UploadOut(BaseModel):
    """A file that arrives in pieces: `offset` of its `size` bytes are there."""

    id: str
    assignment: str
    name: str
    size: int
    offset: int
    sha256: str | None
    expires: datetime
    links: dict[str, str]


class UploadList(BaseModel):
    """One's own uploads for an assignment that are not handed in yet, newest first."""

    uploads: list[UploadOut]


class UploadRef(BaseModel):
    """An upload that is whole. `sha256` may only be left out if it was announced in the beginning."""

    id: UUID
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")


class FromUploads(BaseModel):
    """A hand-in made of files that arrived in pieces before."""

    uploads: list[UploadRef] = Field(min_length=1, max_length=200)


def location(upload: Upload) -> str:
    """The address of an upload."""
    return f"{API}/uploads/{upload.id}"


def upload_out(upload: Upload) -> UploadOut:
    """An upload as the API shows it."""
    return UploadOut(
        id=upload.id,
        assignment=upload.slug,
        name=upload.name,
        size=upload.size,
        offset=upload.received,
        sha256=upload.sha256 or upload.announced_sha256,
        expires=upload.touched_at + LIFE,
        links={"self": location(upload)},
    )
