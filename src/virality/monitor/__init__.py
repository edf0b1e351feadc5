"""Whether predictions are still right, week by week, and whether an alarm is due."""
