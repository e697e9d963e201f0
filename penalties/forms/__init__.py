"""Forms of sanctions, accusations and rewards."""
