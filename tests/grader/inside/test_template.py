"""A template imports ahead what takes long while it is idle, so that it takes no processor from a run."""

from __future__ import annotations

import os
import signal
import socket

from grader.inside.namespaces import View
from grader.inside.template import Template


def test_a_template_is_idle_again_as_soon_as_its_runs_are_over():
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as control:
        template = Template(control, View([], 0), b"", [])
        assert template.is_idle()
        run = os.fork()
        if run == 0:
            signal.pause()
        template.forked.add(run)
        template.reap(signal.SIGCHLD, None)
        assert not template.is_idle()
        os.kill(run, signal.SIGKILL)
        os.waitid(os.P_PID, run, os.WEXITED | os.WNOWAIT)
        template.reap(signal.SIGCHLD, None)
        assert template.is_idle()
