"""JSON on disk: checked reading and atomic writing. It knows no model."""
