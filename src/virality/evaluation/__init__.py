"""How good predictions are: splits, metrics, intervals, and what flatters them."""
