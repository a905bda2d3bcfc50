"""A unit's score told in words: the explanation joined to files, cells, decisions, standing."""
