"""What is measured in a record: one table of features, and how it becomes numbers."""
