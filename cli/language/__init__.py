"""The language of the tool: Hungarian sentences, and text from elsewhere made harmless."""
