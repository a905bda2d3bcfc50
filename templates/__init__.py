"""Ready-made schemes: one folder of CSV tables each, carried in the wheel."""
