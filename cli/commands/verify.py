"""`hazi verify`: a receipt checked on this machine, without asking anybody."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import click
from rich.text import Text

from cli.api.credentials import write_whole
from cli.api.errors import HaziError, WrongUse
from cli.api.receipts import BadReceipt, Key, Said, key_of, read_keys, verify, with_source
from cli.commands.localized import LocalizedCommand, LocalizedOption, pass_call
from cli.context import Call
from cli.language.translation import Language
from cli.language.translation import lazy_gettext as _
from cli.terminal import numbers

FOLDER = "receipt-keys"
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    "verify",
    cls=LocalizedCommand,
    help=_("Check a receipt on this machine, without a network: who handed in what, and when."),
)
@click.argument("receipt", type=FILE)
@click.option(
    "--keys", type=FILE, cls=LocalizedOption, help=_("The server's public keys, as it publishes them.")
)
@click.option(
    "--file",
    "files",
    type=FILE,
    multiple=True,
    cls=LocalizedOption,
    help=_("Compare this file with the receipt, too."),
)
@pass_call
def verify_receipt(call: Call, *, receipt: Path, keys: Path | None, files: tuple[Path, ...]) -> None:
    """What it says, if it is good."""
    known = read_keys(_text(keys)) if keys else kept_keys(call)
    text = _text(receipt)
    said = verify(text, known)
    source = str(keys) if keys else known[key_of(text)].source
    for path in files:
        _compare(path, said)
    document = {"valid": True, "submission": said.submission, "received_at": said.received_at.isoformat()}
    document |= {"neptun": said.neptun, "sha256": said.sha256, "server": said.server, "keys_from": source}
    call.screen.result(document, SaidCard(said, source, call.language))


def remember_keys(call: Call) -> None:
    """Keep the public keys of the server for `hazi verify`; a server that has none is no reason to stop."""
    try:
        text = call.client.text("receipt-keys")
        read_keys(text)
        kept = with_source(text, call.login.url)
    except HaziError:
        return
    folder = call.outside.folder / FOLDER
    name = hashlib.sha256(call.login.url.encode()).hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / f"{name}.json", kept.encode())
    except OSError:
        return


def kept_keys(call: Call) -> dict[str, Key]:
    """The keys of all servers that were kept. Raises WrongUse where there are none."""
    found: dict[str, Key] = {}
    for path in sorted((call.outside.folder / FOLDER).glob("*.json")):
        try:
            found |= read_keys(_text(path))
        except BadReceipt:
            continue
    if not found:
        raise WrongUse(
            _("No keys are kept here. Fetch a receipt once with: hazi receipt, or name them with --keys")
        )
    return found


class SaidCard:
    """What a good receipt says."""

    def __init__(self, said: Said, source: str, language: Language) -> None:
        """`source` is where its key is from."""
        self._said, self._source, self._language = said, source, language

    def __rich_console__(self, *_options: object) -> Iterator[Text]:
        """Line by line."""
        it, gettext = self._said, self._language.gettext
        yield Text(gettext("The receipt is good."), style="bold green")
        yield Text(f"{it.name} ({it.neptun})")
        yield Text(f"{it.course}: {it.assignment}")
        yield Text(gettext("The last byte arrived at {moment}.", moment=it.received_at.isoformat()))
        if it.late_by_s:
            yield Text(
                gettext(
                    "It was late by {seconds} s after {due}.", seconds=it.late_by_s, due=it.due.isoformat()
                )
            )
        else:
            yield Text(gettext("It was on time: due {due}.", due=it.due.isoformat()))
        for name, size, digest in it.files:
            yield Text(f"{digest}  {name}  {numbers.size(size)}")
        if self._source:
            yield Text(gettext("Checked with the keys of {source}.", source=self._source))
        yield Text(it.server, style="dim")


def _compare(path: Path, said: Said) -> None:
    digest = hashlib.sha256(_bytes(path)).hexdigest()
    if digest not in {one for _name, _size, one in said.files}:
        raise BadReceipt(
            _("{path} is none of the files that were handed in: it has another digest.", path=path)
        )


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode()
    except UnicodeDecodeError as error:
        raise BadReceipt(_("The file cannot be read: it is cut off, or was changed.")) from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WrongUse(_("{path} cannot be read: {why}", path=path, why=error.strerror)) from error
