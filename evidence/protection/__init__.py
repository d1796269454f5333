"""Protection: holds, retention and purge, erasure of a person."""
