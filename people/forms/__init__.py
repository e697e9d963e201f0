"""Forms about people, one module a topic."""
