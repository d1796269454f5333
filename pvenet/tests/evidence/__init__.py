"""For the walk: The parts of the walk's world that are evidence, one module a feature folder."""
