"""Canonical JSON against an independent implementation of RFC 8785."""

import os

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.engine.canonical import NotCanonical, canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(min_codepoint=1, max_codepoint=127))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
@settings(max_examples=2000 if os.environ.get("XIEZHI_SOAK") else 200, deadline=None)
def test_equals_the_oracle(value) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [1.5, 2**53, {"é": 1}, {"a": [object()]}, "\ud800"])
def test_refuses_what_has_no_exact_form(value) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)
