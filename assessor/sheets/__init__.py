"""Workbooks and CSV folders as grids with places. The only room with a reading library."""
