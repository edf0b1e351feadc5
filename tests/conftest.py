"""Settings that all tests share."""

from hypothesis import settings

settings.register_profile("virality", deadline=None)  # machines differ; no test is timed
settings.load_profile("virality")
