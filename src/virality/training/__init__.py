"""Where data, mathematics and scale meet: fitting, choosing, comparing."""
