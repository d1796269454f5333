"""What the programme reads: reach and results, drilled down as far as a role may go."""
