"""The public keys of receipts, for everybody: whoever has them can check a receipt without asking anybody."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from server.http.json_bodies import answer_json
from server.http.openapi import describe
from server.receipts.blueprints import routes
from server.receipts.schema import ReceiptKeyList, ReceiptKeyOut
from server.web import read, services

__all__ = ("keys", "routes")


@routes.get("/api/v1/receipt-keys")
@routes.get("/.well-known/hazi-receipt-keys.json", endpoint="well_known_keys")
@describe("Read the public keys of receipts", answers={200: ReceiptKeyList})
def keys() -> ResponseReturnValue:
    """Those in use and those that were replaced."""
    signer = services().signer
    with read() as session:
        found = signer.published(session)
    listed = [
        ReceiptKeyOut(id=one.id, public=one.public, used_since=one.used_since, retired_at=one.retired_at)
        for one in found
    ]
    return answer_json(ReceiptKeyList(server=signer.server, keys=listed))
