"""The faces of the package: the only place that names a framework."""
