"""Returned files: taken in, identified, read, and brought together as entries."""
