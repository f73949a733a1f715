"""The arithmetic of the assessment. Pure functions over the states of the aggregates."""
