"""Yearly appraisals by spreadsheet: forms out, returns in, exact rankings at the end."""

__version__ = "0.1.0"
