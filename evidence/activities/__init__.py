"""Activities and their counts: entry, list, page, and what a reviewer reads."""
