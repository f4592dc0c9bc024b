"""TOML of lecturers: values read with file, line and field of each mistake, and edits that keep comments."""
