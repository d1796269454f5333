"""Evidence items: adding, showing and removing files and links."""
