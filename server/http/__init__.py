"""Requests and answers: error pages, security headers, JSON bodies, downloads, the OpenAPI document."""
