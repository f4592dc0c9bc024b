"""One bucket of an object store, as far as we use it: bounded in time, and with errors of ours."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import IO, Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, ReadTimeoutError

from server.config import BucketConfig
from server.errors import StoreFull
from server.outages import StoreAway

T = TypeVar("T")

CONNECT_S, READ_S = 2, 5
CONNECTIONS = 32  # kept open in one process; more are made when they are needed, and closed again
NOT_FOUND = frozenset({"404", "NoSuchKey", "NotFound"})
FULL = frozenset({"XMinioStorageFull", "InsufficientStorage", "QuotaExceeded", "XMinioBucketQuotaExceeded"})
KEYS = "HAZI_STORE_ACCESS_KEY and HAZI_STORE_SECRET_KEY"
SENTENCES = {
    "InvalidAccessKeyId": f"the object store does not know the access key: look at {KEYS}",
    "SignatureDoesNotMatch": f"the object store refuses the secret key: look at {KEYS}",
    "AccessDenied": f"the object store does not let this account in: look at {KEYS} and the rights it has",
    "403": f"the object store does not let this account in: look at {KEYS} and the rights it has",
    "NoSuchBucket": "the object store has no such bucket: look at HAZI_STORE",
    "RequestTimeTooSkewed": "the clock of this machine is wrong: the object store takes no request of it",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What lies under a key."""

    size: int
    changed_at: datetime
    seen_at: datetime  # both by the clock of the store


class Bucket:
    """The verbs. Each raises StoreAway, after some ten seconds at the latest when nobody answers."""

    def __init__(self, config: BucketConfig) -> None:
        self._name = config.name
        self._root = f"{config.prefix}/" if config.prefix else ""
        session = boto3.session.Session(
            aws_access_key_id=config.access_key,
            aws_secret_access_key=config.secret_key,
            region_name=config.region,
        )
        self._client = session.client("s3", endpoint_url=config.endpoint or None, config=_options(config))

    def find(self, key: str) -> Found | None:
        """What lies there, if anything."""
        try:
            head = _ask(lambda: self._client.head_object(**self._at(key)))
        except FileNotFoundError:
            return None
        return Found(int(head["ContentLength"]), head["LastModified"], _moment(head))

    def put(self, key: str, content: IO[bytes], digest: str) -> None:
        """Keep what the stream still holds. One request: it is there whole, or not at all. Raises StoreFull.

        The store compares what arrives with the digest, which is the sha256 in hexadecimal digits.
        """
        begin, checksum = content.tell(), base64.b64encode(bytes.fromhex(digest)).decode()

        def send() -> object:
            content.seek(begin)
            return self._client.put_object(**self._at(key), Body=content, ChecksumSHA256=checksum)

        _ask(send)

    def get(self, key: str, begin: int = 0) -> Any:  # noqa: ANN401 - botocore's StreamingBody
        """The bytes from a place on, to be read and closed. Raises FileNotFoundError."""
        part = {"Range": f"bytes={begin}-"} if begin else {}
        return _ask(lambda: self._client.get_object(**self._at(key), **part))["Body"]

    def copy(self, key: str, target: str) -> None:
        """Have the store copy an object. Raises FileNotFoundError."""
        source = {"Bucket": self._name, "Key": self._root + key}
        _ask(lambda: self._client.copy_object(**self._at(target), CopySource=source))

    def delete(self, key: str) -> None:
        """Nothing lies there afterwards."""
        _ask(lambda: self._client.delete_object(**self._at(key)))

    def list(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Every key that begins so, and when it was written."""
        further: dict[str, str] = {}
        while True:
            listing = {"Bucket": self._name, "Prefix": self._root + prefix, **further}
            page = _ask(lambda listing=listing: self._client.list_objects_v2(**listing))  # type: ignore[misc]
            for one in page.get("Contents", ()):
                yield one["Key"].removeprefix(self._root), one["LastModified"]
            if not page.get("IsTruncated"):
                return
            further = {"ContinuationToken": page["NextContinuationToken"]}

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._name, "Key": self._root + key}


def refusal(error: Exception) -> Exception:
    """What of ours an error of the client is."""
    if not isinstance(error, ClientError):
        return StoreAway(why=f"the object store does not answer: {type(error).__name__}")
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in NOT_FOUND:
        return FileNotFoundError(code)
    if code in FULL or _status(error) == 507:
        return StoreFull()
    return StoreAway(why=SENTENCES.get(code, f"the object store says {code or _status(error)}"))


def _options(config: BucketConfig) -> Config:
    """Nothing of the machine's own settings for object stores counts, and nothing is tried for long."""
    return Config(
        connect_timeout=CONNECT_S,
        read_timeout=READ_S,
        retries={"total_max_attempts": 1},  # see `_ask`
        max_pool_connections=CONNECTIONS,
        ignore_configured_endpoint_urls=True,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # Host names for each bucket are Amazon's way; others have one name, often an address.
        s3={"addressing_style": "path" if config.endpoint else "auto"},
    )


def _ask(request: Callable[[], T]) -> T:
    """The answer. What fails at once is asked once more: a store that was started anew drops connections."""
    try:
        return request()
    except (BotoCoreError, ClientError) as error:
        if not _fails_at_once(error):
            raise refusal(error) from error
    try:
        return request()
    except (BotoCoreError, ClientError) as error:
        raise refusal(error) from error


def _fails_at_once(error: Exception) -> bool:
    if isinstance(error, ClientError):
        return _status(error) in {500, 502, 503}
    return isinstance(error, HTTPClientError) and not isinstance(error, ReadTimeoutError)


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _moment(answer: dict[str, Any]) -> datetime:
    return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
