"""The connectors: each keeps the laws of :mod:`connectors.conformance`."""
