"""What CSOs did, measured and learned, and the people behind it: counts, results, stories, lessons, and their evidence."""
