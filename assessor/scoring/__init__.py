"""Pure scoring: one column per node over all units, exact numbers, no workbook in sight."""
