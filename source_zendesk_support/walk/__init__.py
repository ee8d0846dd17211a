"""Passes over an endpoint's pages, each for all the streams that its pages hold."""
