"""The facts of a recruiting mail, one family a module; :mod:`agent.core.extract` gathers them in a Matter.

``page`` is what all of them read: the passages of a mail, and cues of one language tried on them. Words are data
(``agent/languages/<tag>/facts.toml``); a family that finds its table empty finds nothing.
"""
