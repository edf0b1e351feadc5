"""The charts of a report, as Vega-Lite specifications drawn to SVG and PNG.

One module for each kind of chart; ``frame.py`` is what they share, ``drawing.py`` draws.
"""
