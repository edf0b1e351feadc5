"""Scores over HTTP: the same model, for programs and, with a page, for people."""
