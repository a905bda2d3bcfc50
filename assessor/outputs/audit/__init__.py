"""audit.xlsx: what was entered as values, and everything above it as formulas to re-compute."""
