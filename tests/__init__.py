"""The tests. Laws that are inherited get pytest's telling asserts, whoever imports them first."""

import pytest

pytest.register_assert_rewrite(
    "connectors.conformance", "tests.core.some", "tests.store.laws", "tests.story.power_laws", "tests.story.proofread"
)
