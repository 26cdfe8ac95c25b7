"""Decide: weigh what a mail is about against what the user wrote down, through the four lenses of CLARITY.

Each lens is a file of rules (:mod:`career`, :mod:`logistics`, :mod:`reputation`, :mod:`resources`). A rule looks at
the facts and either is silent or fires: which way it pulls, on which words of the mail, and why. :mod:`verdict` settles
what the fired rules come to, :mod:`agenda` finds the times that are free. A new rule is one function, its place in the
``RULES`` of its lens, and one test.
"""

from agent.core.decide.facts import Facts
from agent.core.decide.verdict import decide

__all__ = ["Facts", "decide"]
