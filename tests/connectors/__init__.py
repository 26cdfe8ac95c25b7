import pytest

pytest.register_assert_rewrite("connectors.conformance")
