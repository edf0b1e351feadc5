"""The mathematics: softmax regression and its solver. NumPy alone; it knows no videos.

Symbols, fixed once for this folder: n rows, p features, K classes; ``X (n, p)``, ``y (n,)``
with entries 0..K-1, ``coef (K, p)``, ``intercept (K,)``, ``theta (K-1, p+1)``.
"""
