"""Redaction: text without the secrets in it, whoever wrote it, cut to a length."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

HIDDEN = "[hidden]"
LONGEST_SECRET = 4096  # characters; a longer one could be cut in two and not be known again
SHORTEST_SECRET = 6  # characters; hiding a shorter one would hide half of every line
SHORT, MOST_SHORT = 100, 1000  # what most lines are made of is looked through once
KEY_LENGTH = 40  # characters from which a run of URL-safe ones is taken for a key; ours have 43

SECRET_NAME = re.compile(
    r"(?i)(password|passwd|passphrase|secret|token|credential|authorization|cookie|attempt_id|labels?$|private"
    r"|(^|[_-])key$|api_?key)"
)
"""Names of values that are never logged."""

# Also as the end of a longer name, such as `csrf_token`. No rule may look at a long run of text again and
# again from each of its places: what is logged may come from outside.
_NAMED = (
    r"(?i:(?P<name>(?:password|passwd|secret|token|cookie|authorization|attempt_id|api_?key|session)"
    r"[\"']?\s*(?:=|:)\s*))(?P<value>\"[^\"]*\"?|'[^']*'?|(?i:bearer|basic)\s+[^\s\"',;&)}\]]+"
    r"|[^\s\"',;&)}\]]+)"
)
_RULES = (
    # The part of an address before its host: user and password.
    r"(?P<scheme>\b[A-Za-z][A-Za-z0-9+.-]{0,40}://)[^\s\"'<>]*@",
    # One-time links, however they are spelled.
    r"(?P<link>/(?i:invitations?)/+)(?!\.\.\.)[^\s\"'<>]+",
    r"(?P<bearer>\b(?i:bearer|basic)\s+)[^\s\"',]+",
    _NAMED,
    # A signed cookie: three runs with dots between them.
    r"(?P<cookie>(?<![A-Za-z0-9_-])\.?[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{5,7}\.[A-Za-z0-9_-]{20,})",
    # A key of 256 bits, also with some of its characters percent-encoded.
    r"(?P<key>(?<![A-Za-z0-9_%-])(?:[A-Za-z0-9_-]|%[0-9A-Fa-f]{2}){40,}(?![A-Za-z0-9_-]))",
    # What staff alone may see of a report, to the end of the text.
    r"(?P<private>[\"']private(?:_share|_checks)?[\"']\s*:\s*(?!None|null))[\s\S]*",
    # Many numbers in a row may be labels or predictions.
    r"(?P<numbers>(?<![\w.+-])-?\d[\d.e+-]*(?:[,;\s]\s*-?\d[\d.e+-]*){11,})",
)
_SETTINGS = ("SECRET_KEY", "ACCESS_KEY", "SIGNING_KEY", "RECEIPT_KEYS", "FALLBACKS", "PASSWORD", "TOKEN")
_ADDRESSES = ("URL", "STORE")
_BETWEEN = re.compile(r"[,\n]")  # keys in a list, and the lines of one in PEM
_FOREIGN = ("PASSWORD", "TOKEN", "SECRET", "SECRET_KEY", "ACCESS_KEY", "API_KEY")


class Redaction:
    """Knows the secrets of a process by value, and all others by their shape."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spelled = sorted({one for secret in secrets for one in _spellings(secret)}, key=len, reverse=True)
        known = [f"(?P<known>{'|'.join(map(re.escape, spelled))})"] if spelled else []
        self._known = re.compile(known[0]) if known else None
        self._pattern = re.compile("|".join((*known, *_RULES)))
        self._short: dict[str, str] = {}

    def text(self, text: str, limit: int) -> str:
        """The first `limit` characters, each secret that begins in them replaced as a whole."""
        if len(text) > SHORT or limit < SHORT:
            return self._redacted(text, limit)
        known = self._short.get(text)
        if known is None:
            if len(self._short) >= MOST_SHORT:
                self._short.clear()
            known = self._short[text] = self._redacted(text, limit)
        return known

    def _redacted(self, text: str, limit: int) -> str:
        parts, at = [], 0
        for match in self._pattern.finditer(text[: limit + LONGEST_SECRET]):
            if match.start() >= limit:
                break
            parts += [text[at : match.start()], self._without_known(_replacement(match))]
            at = match.end()
        parts.append(text[at:limit])
        cut = len(text) - limit
        return "".join(parts) + (f"... [{cut} more characters]" if cut > 0 else "")

    def _without_known(self, kept: str) -> str:
        """What a rule keeps of its match may hold a known secret: a long run that is no key, say."""
        return self._known.sub(HIDDEN, kept) if self._known and HIDDEN not in kept else kept


def secrets_in(environ: Mapping[str, str]) -> Collection[str]:
    """The secrets among the settings `HAZI_*`: given directly or by `*_FILE`, alone or inside an address.

    Of other variables those whose names say that they are secret: AWS_SECRET_ACCESS_KEY, PGPASSWORD.
    """
    found: set[str] = set()
    for variable in environ:
        name = variable.removesuffix("_FILE")
        if not name.startswith("HAZI_"):
            if variable.endswith(_FOREIGN):  # of a driver or of a client of object stores
                found.add(environ[variable])
            continue
        value = _value(environ, variable)
        if name.endswith(_SETTINGS):
            parts = (part.strip() for part in _BETWEEN.split(value) if not part.startswith("-----"))
            found |= {value, *parts}
        elif name.endswith(_ADDRESSES):
            found |= set(_passwords(value))
    return {secret for secret in found if len(secret) >= SHORTEST_SECRET}


def fingerprint(key: str) -> str:
    """A name for a key: equal for equal keys, and no help in finding it."""
    return f"[key {sha256(key.encode('utf-8', 'replace')).hexdigest()[:8]}]"


def _value(environ: Mapping[str, str], variable: str) -> str:
    if not variable.endswith("_FILE"):
        return environ[variable]
    try:
        return Path(environ[variable]).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""  # whoever needs it says so


def _passwords(address: str) -> Iterator[str]:
    """The passwords in an address, as written and as meant."""
    try:
        parts = urlsplit(address)
        login, _, _host = parts.netloc.rpartition("@")
        query = parse_qsl(parts.query)
    except ValueError:
        return
    _user, _, password = login.partition(":")
    yield from {password, unquote(password)}
    yield from (value for name, value in query if SECRET_NAME.search(name))


def _spellings(secret: str) -> set[str]:
    """A secret as it is, in a URL, in a Python literal and in JSON."""
    return {secret, quote(secret, safe=""), quote(secret), repr(secret)[1:-1], json.dumps(secret)[1:-1]}


def _replacement(match: re.Match[str]) -> str:
    kept = match.lastgroup
    if kept == "key":
        return _replaced_key(match["key"])
    if kept == "value":
        return f"{match['name']}{_replaced_value(match['value'])}"
    if kept == "scheme":
        return f"{match['scheme']}{HIDDEN}@"
    if kept in {"link", "bearer", "private"}:
        return f"{match[kept]}{HIDDEN}"
    return HIDDEN


def _replaced_key(run: str) -> str:
    """Digests, ids and names in code are no keys: those have no capital letters."""
    plain = unquote(run)
    return fingerprint(plain) if plain != plain.lower() else run


def _replaced_value(value: str) -> str:
    bare = value.strip("\"'")
    return fingerprint(bare) if re.fullmatch(r"[A-Za-z0-9_-]{40,60}", bare) else HIDDEN
