"""Tests that run the connector against the simulated account, and that account itself."""
