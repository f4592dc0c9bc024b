"""The routes of receipts."""

from __future__ import annotations

from flask import Blueprint

routes = Blueprint("receipts", __name__)
