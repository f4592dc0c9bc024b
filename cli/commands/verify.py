"""The command verify: a signed receipt is checked on this machine, without a network."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from cli.api.credentials import write_atomically
from cli.api.errors import HaziError, WrongUse
from cli.api.receipts import BadReceipt, Key, SignedReceipt, key_id_of, read_keys, verify, with_source
from cli.commands.localized import command, option, pass_context
from cli.context import Context
from cli.language.translation import lazy_gettext as _
from cli.terminal.cards import SignedReceiptCard

FOLDER = "receipt-keys"
FILE = click.Path(path_type=Path, dir_okay=False)


@command(
    "verify", help=_("Check a receipt on this machine, without a network: who handed in what, and when.")
)
@click.argument("receipt", type=FILE)
@option("--keys", type=FILE, help=_("The server's public keys, as it publishes them."))
@option("--file", "files", type=FILE, multiple=True, help=_("Compare this file with the receipt, too."))
@pass_context
def verify_receipt(context: Context, *, receipt: Path, keys: Path | None, files: tuple[Path, ...]) -> None:
    """The content of the receipt, if its signature is valid."""
    by_id = read_keys(_text(keys)) if keys else saved_keys(context)
    text = _text(receipt)
    content = verify(text, by_id)
    source = str(keys) if keys else by_id[key_id_of(text)].source
    for path in files:
        _compare(path, content)
    document = {
        "valid": True,
        "submission": content.submission,
        "received_at": content.received_at.isoformat(),
        "neptun": content.neptun,
        "sha256": content.sha256,
        "server": content.server,
        "keys_from": source,
    }
    context.screen.result(document, SignedReceiptCard(content, source, context.language))


def save_keys(context: Context) -> None:
    """Save the public keys of the server for `hazi verify`; failures are ignored."""
    try:
        text = context.client.text("receipt-keys")
        read_keys(text)
        document = with_source(text, context.login.url)
    except HaziError:
        return
    folder = context.environment.folder / FOLDER
    name = hashlib.sha256(context.login.url.encode()).hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / f"{name}.json", document.encode())
    except OSError:
        return


def saved_keys(context: Context) -> dict[str, Key]:
    """The saved keys of all servers. Raises WrongUse when there are none."""
    keys: dict[str, Key] = {}
    for path in sorted((context.environment.folder / FOLDER).glob("*.json")):
        try:
            keys |= read_keys(_text(path))
        except BadReceipt:
            continue
    if not keys:
        raise WrongUse(
            _("No keys are kept here. Fetch a receipt once with: hazi receipt, or name them with --keys")
        )
    return keys


def _compare(path: Path, receipt: SignedReceipt) -> None:
    digest = hashlib.sha256(_bytes(path)).hexdigest()
    if digest not in {known for _name, _size, known in receipt.files}:
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
        raise WrongUse.cannot_read(path, error) from error
