"""Rules of files that server and graders have too: the same source, for the tool imports none of theirs."""
