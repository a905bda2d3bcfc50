"""Workbooks and CSV files that leave the house; siblings share only their style."""
