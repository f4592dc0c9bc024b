"""Receipts: what was handed in, when, and what that meant by the rules; signed, so that anybody can check."""
