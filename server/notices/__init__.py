"""Notices: what people are told of what happened to their work, on a page, by mail, and in a calendar."""
