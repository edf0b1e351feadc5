"""The leak audit: what would make a model look better than what can be known in time."""
