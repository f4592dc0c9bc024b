"""What other features may ask of receipts."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app
from flask.sansio.app import App

from server.receipts.api_schema import SignedReceipt
from server.receipts.receipt import HandedIn, Meaning, Receipt, file_of
from server.receipts.signer import Signer
from server.web import services

__all__ = (
    "HandedIn",
    "Meaning",
    "Receipt",
    "SignedReceipt",
    "Signer",
    "file_of",
    "signer",
)

SIGNER = "hazi.signer"  # among the extensions of the application


def remember_signer(app: App) -> None:
    """Let this application sign with the keys of its settings."""
    config = services(cast("Flask", app)).config
    app.extensions[SIGNER] = Signer(config.receipt_keys, config.public_url)


def signer() -> Signer:
    """Who signs receipts for this application."""
    return cast("Signer", current_app.extensions[SIGNER])
