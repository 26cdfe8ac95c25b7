"""The grammar of time: a text becomes days, times of day and counts of days, each with what stands before it.

Hand-written over tokens, left to right, each look ahead bounded, so the cost is linear. The words are a language's
(``words``, from its ``times`` table), the grammar is everyone's: ``clocks`` reads times of day, ``days`` days,
``zonewords`` zones, and ``reading`` walks over a text and takes them as they come. Nothing is resolved here: "Tuesday
the 3rd" stays a weekday and a number until :mod:`agent.core.when` meets the date of the mail.
"""
