"""Lessons, challenges and innovations: entry, validation, the library, uptake."""
