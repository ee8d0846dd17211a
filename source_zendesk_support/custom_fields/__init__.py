"""Custom fields: typed columns, stable names, nothing lost."""
