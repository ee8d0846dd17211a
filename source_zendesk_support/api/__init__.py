"""From a request to a complete page, or an error that says why not."""
