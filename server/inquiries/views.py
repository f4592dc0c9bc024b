"""Every door of inquiries: its pages and its part of the API."""

from __future__ import annotations

from flask import Blueprint

from server.inquiries import api, pages

inquiries = Blueprint("inquiries", __name__)
inquiries_api = Blueprint("inquiries_api", __name__, url_prefix="/api/v1")

OF_ASSIGNMENT = "/assignments/<slug>/inquiries"
inquiries.add_url_rule("/inquiries", "list_inquiries", pages.list_inquiries)
inquiries.add_url_rule(OF_ASSIGNMENT, "of_assignment", pages.of_assignment, methods=["GET", "POST"])
inquiries.add_url_rule("/inquiries/<int:inquiry_id>", "inquiry", pages.inquiry, methods=["GET", "POST"])
inquiries.add_url_rule("/inquiries/<int:inquiry_id>/settle", "settle", pages.settle, methods=["POST"])

ONE = "/inquiries/<int:inquiry_id>"
inquiries_api.add_url_rule("/inquiries", "list_inquiries", api.list_inquiries)
inquiries_api.add_url_rule(OF_ASSIGNMENT, "open_inquiry", api.open_inquiry, methods=["POST"])
inquiries_api.add_url_rule(ONE, "inquiry", api.inquiry)
inquiries_api.add_url_rule(f"{ONE}/messages", "write_message", api.write_message, methods=["POST"])
inquiries_api.add_url_rule(f"{ONE}/decision", "settle", api.settle, methods=["POST"])
