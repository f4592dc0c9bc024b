"""What `make test-fast` chooses."""

from __future__ import annotations

import subprocess
import sys

import pytest


def test_nothing_slow_is_fast():
    """Journeys are slow, and have no seconds by which they could be told."""
    words = ["-m", "pytest", "--collect-only", "-q", "-n0", "-m", "fast and slow", "tests/journeys"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, done.stdout
