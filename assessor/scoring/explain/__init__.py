"""From a score down to the cells it came from: what was computed, with the numbers in it."""
