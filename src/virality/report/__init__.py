"""A report of a model, for people: one HTML file, a model card, and its charts.

``evidence.py`` gathers what there is to show, ``view.py`` says it in plain values, ``charts/``
draws them, ``page.py`` and ``card.py`` write them down.
"""
