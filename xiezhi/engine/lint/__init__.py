"""Lint: a whole pack compiled and its examples executed. `lint_pack` is the one way to know that a pack is sound."""

from xiezhi.engine.lint.whole import LintReport as LintReport
from xiezhi.engine.lint.whole import lint_pack as lint_pack
