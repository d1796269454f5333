"""The pages of results, one module for each of their readers."""
