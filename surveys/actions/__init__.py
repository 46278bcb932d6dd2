"""What changes rows: one module a verb, each with one transaction a unit of work."""
