"""Tests of the student's tool, against servers on real sockets."""
