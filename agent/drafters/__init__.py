"""Drafters word a verdict; :mod:`agent.drafters.template` does it from the letter templates."""
