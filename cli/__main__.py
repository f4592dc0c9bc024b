"""`python -m cli` is `hazi`, for machines where scripts are not on the path."""

from __future__ import annotations

from cli.main import main

main()
