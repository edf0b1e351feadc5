"""A folder of models, one of which serves, and retraining that can only improve it."""
