"""How Sphinx makes the site of these pages: ``make docs``, which also runs in ``make check``."""

from virality import __version__

project = "virality"
author = "The virality contributors"
project_copyright = author
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]

myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # generated tables of options begin below their title's level

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # shapes and units stand in the text; aliases of arrays say less
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"virality {release}"
html_static_path: list[str] = []
