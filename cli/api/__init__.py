"""The server's API as the tool uses it: requests, retries, uploads, and answers as frozen values."""
