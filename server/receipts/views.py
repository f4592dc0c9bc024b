"""The public keys of receipts, for everybody: whoever has them can check a receipt without asking anybody."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from server.http.api_address import API
from server.http.json_bodies import answer_json
from server.http.openapi import describe
from server.receipts.api_schema import ReceiptKeyList, ReceiptKeyOut
from server.receipts.blueprints import routes
from server.receipts.service import remember_signer, signer
from server.web import read

BLUEPRINTS = (routes,)

routes.record(lambda state: remember_signer(state.app))


@routes.get(f"{API}/receipt-keys")
@routes.get("/.well-known/hazi-receipt-keys.json", endpoint="well_known_keys")
@describe("Read the public keys of receipts", answers={200: ReceiptKeyList})
def keys() -> ResponseReturnValue:
    """Those in use and those that were replaced."""
    mine = signer()
    with read() as session:
        found = mine.published(session)
    listed = [
        ReceiptKeyOut(id=one.id, public=one.public, used_since=one.used_since, retired_at=one.retired_at)
        for one in found
    ]
    return answer_json(ReceiptKeyList(server=mine.server, keys=listed))
