"""Pure standings: grades, limits, ranks, ties and awards from scored columns."""
