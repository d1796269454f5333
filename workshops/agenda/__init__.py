"""The agenda of a workshop: days, rooms, sessions, and the showcases placed in them."""
