"""Pages about people: coming and going, inbox, settings."""
