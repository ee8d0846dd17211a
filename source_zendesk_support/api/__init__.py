"""From a request to a page that is whole, or an error that says why not."""
