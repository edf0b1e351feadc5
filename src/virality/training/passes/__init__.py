"""Training on records that are never held: passes over files in a temporary folder."""
