"""The blob server: hands graders the files of their jobs, and nothing else of the store."""
