"""New keys for what lies sealed, and for the indexes by which it is found (docs/decisions/0024-keys.md)."""
