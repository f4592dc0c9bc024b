"""Files on their way in: checked by name and content, whole or in resumable pieces."""
