"""What the documentation site has beside docs/: see mkdocs.yml."""
