"""Files of other quiz programs: what can be read from them and written for them, and what is lost thereby."""
