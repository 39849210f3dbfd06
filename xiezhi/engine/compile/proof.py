"""Proving a scope: that rows of one scope value depend only on rows with that value.

What is proven of a query R and columns C is *exactness*: for every set T of scope values, R over facts restricted to T
has just those rows of R over all facts whose C lies in T. It is shown from below:

* a scan restricted by plain columns that are never empty is exact in them;
* a SELECT is exact if C are plain columns of a source no outer join can fill with NULL, every source that facts can
  change is exact in columns that are equated with C (in WHERE or an inner ON; in its own ON where it is outer joined),
  each window is partitioned by C, a GROUP BY contains C, and each subquery in an expression is either exact in the
  columns IN compares with C, or equates all its sources with C itself;
* UNION ALL is exact if each branch is, column by column; a derivation if C are among its partition columns and every
  input is exact in them.

Calendar and reference tables stand outside: their change means a whole run. So does that of a dataset without the
scope's columns that is reached by a declared reference. Everything not shown this way is called unproven.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from typing import TypeAlias

from xiezhi.engine.compile.plan import Scope
from xiezhi.engine.compile.values import Block, Derivation, Nested, Node, Ref, Scan, Source, Union
from xiezhi.engine.words import NOTHING, Words

Anchors: TypeAlias = tuple[frozenset[Ref], ...]
Restrict: TypeAlias = Mapping[str, tuple[str, ...]]
_CHOICES = 24  # column combinations tried for one source


class Unproven(Exception):  # noqa: N818  no failure: the indicator runs whole
    """Why a scope is not proven."""

    def __init__(self, zh: str, en: str) -> None:
        self.words = Words(zh, en)
        super().__init__(en)


def prove(node: Node, columns: tuple[str, ...], references: frozenset[tuple[str, str]]) -> Scope:
    """Return the scope of a query over its output columns, proven or with the reason why not.

    Args:
        node: the shape of the query.
        columns: the outputs that carry the scope, in order.
        references: (dataset, dataset its declared reference points at).
    """
    if not columns:
        return Scope((), proven=False, reason=Words("没有声明范围，整体运行", "no scope is declared, so it runs whole"))
    proof = Proof(references, frozenset(_datasets(node)))
    try:
        restrict = proof.exact(node, columns)
    except Unproven as reason:
        return Scope(columns, proven=False, reason=reason.words)
    both = sorted(proof.whole & restrict.keys())
    if both:
        said = Words(f"{both[0]} 既按范围又整体读取", f"{both[0]} is read both by scope and as a whole")
        return Scope(columns, proven=False, reason=said)
    return Scope(
        columns, proven=True, reason=NOTHING, restrict=tuple(sorted(restrict.items())), whole=tuple(sorted(proof.whole))
    )


def _datasets(node: Node) -> Iterable[str]:
    if isinstance(node, Scan):
        yield from () if node.constant else (node.name,)
        return
    if isinstance(node, Block):
        below: Iterable[Node] = [*(s.node for s in node.sources), *(n.node for n in node.nested)]
    else:
        below = node.branches if isinstance(node, Union) else node.inputs
    for part in below:
        yield from _datasets(part)


@dataclass
class Proof:
    """One proof. ``whole``: datasets taken as a whole, through a declared reference."""

    references: frozenset[tuple[str, str]]
    datasets: frozenset[str]
    whole: set[str] = field(default_factory=set)
    _constant: dict[int, bool] = field(default_factory=dict)
    _exact: dict[tuple[int, tuple[str, ...]], Restrict | Unproven] = field(default_factory=dict)

    def exact(self, node: Node, columns: tuple[str, ...]) -> Restrict:
        """Return which columns each dataset is restricted by.

        Raises:
            Unproven: exactness cannot be shown.
        """
        key = (id(node), columns)
        if key not in self._exact:
            try:
                self._exact[key] = self._show(node, columns)
            except Unproven as reason:
                self._exact[key] = reason
        found = self._exact[key]
        if isinstance(found, Unproven):
            raise found
        return found

    def _show(self, node: Node, columns: tuple[str, ...]) -> Restrict:
        if isinstance(node, Scan):
            return self._scan(node, columns)
        if isinstance(node, Derivation):
            return self._derivation(node, columns)
        if isinstance(node, Union):
            found: Restrict = {}
            if not set(columns) <= set(node.columns[0]):
                raise Unproven("并集中没有范围列", "a UNION ALL does not give the scope columns")
            places = [node.columns[0].index(column) for column in columns]
            for branch, names in zip(node.branches, node.columns, strict=True):
                found = merge(found, self.exact(branch, tuple(names[place] for place in places)))
            return found
        return self._block(node, columns)

    def _scan(self, node: Scan, columns: tuple[str, ...]) -> Restrict:
        if node.constant:
            raise Unproven(
                f"范围列来自参考表 {node.name}", f"the scope is taken from {node.name}, which holds no facts"
            )
        for column in columns:
            if column not in node.not_null:
                raise Unproven(f"{node.name}.{column} 可能为空", f"{node.name}.{column} may be empty")
        return {node.name: columns}

    def _derivation(self, node: Derivation, columns: tuple[str, ...]) -> Restrict:
        for column in columns:
            if column not in node.partition:
                raise Unproven(
                    f"派生表 {node.name} 不按 {column} 分区",
                    f"the derived table {node.name} is not partitioned by {column}",
                )
        found: Restrict = {}
        for part in node.inputs:
            if not self.constant(part):
                found = merge(found, self.exact(part, columns))
        if not found:
            raise Unproven(f"派生表 {node.name} 没有事实", f"the derived table {node.name} reads no facts")
        return found

    def _block(self, block: Block, columns: tuple[str, ...]) -> Restrict:
        refs = []
        for column in columns:
            ref = block.projections.get(column)
            if ref is None:
                raise Unproven(
                    f"{column} 不是某个来源中从不为空的原列", f"{column} is not a plain column that is never empty"
                )
            refs.append(ref)
        anchors = classes(block, tuple(frozenset({ref}) for ref in refs))
        self._split(block, anchors, columns)
        found, inner = self._attached(block, anchors)
        if not inner:
            raise Unproven("没有按范围读取的数据集", "no dataset is read by the scope")
        return found

    def _split(self, block: Block, anchors: Anchors, columns: tuple[str, ...]) -> None:
        for anchor, column in zip(anchors, columns, strict=True):
            if block.groups is not None and not block.groups & anchor:
                raise Unproven(f"GROUP BY 不含 {column}", f"a GROUP BY does not contain {column}")
            for window in block.windows:
                if not window & anchor:
                    raise Unproven(f"窗口没有按 {column} 分区", f"a window is not partitioned by {column}")

    def _attached(self, block: Block, anchors: Anchors) -> tuple[Restrict, bool]:
        """Show that each source and each subquery of a block is tied to the anchors.

        Also tells whether a source that no outer join fills is among the tied: without one, rows of untied sources
        would stand outside the scope.
        """
        found: Restrict = {}
        tied: list[set[Ref]] = [set(anchor) for anchor in anchors]
        if any(source.join == "full" for source in block.sources) and not all(
            self.constant(source.node) for source in block.sources
        ):
            raise Unproven("FULL JOIN 无法证明", "a FULL JOIN cannot be proven")
        inner = False
        for source in block.sources:
            if not self.constant(source.node):
                restrict = self._source(source, anchors, tied)
                inner |= bool(restrict) and source.join == "inner"
                found = merge(found, restrict)
        for nested in block.nested:
            if not self.constant(nested.node):
                found = merge(found, self._nested(nested, anchors))
        return found, inner

    def _source(self, source: Source, anchors: Anchors, tied: list[set[Ref]]) -> Restrict:
        choices = [self._columns(source, anchor, seen) for anchor, seen in zip(anchors, tied, strict=True)]
        reason: Unproven | None = None
        for columns in islice(product(*choices), _CHOICES):
            try:
                found = self.exact(source.node, columns)
            except Unproven as why:
                reason = reason or why
                continue
            for seen, column in zip(tied, columns, strict=True):
                seen.add(Ref(source.id, column))
            return found
        if self._by_reference(source.node, anchors):
            return {}
        name = _name(source.node)
        raise reason or Unproven(f"{name} 没有按范围连接", f"{name} is not joined on the scope")

    @staticmethod
    def _columns(source: Source, anchor: frozenset[Ref], seen: set[Ref]) -> list[str]:
        if source.join == "inner":
            return sorted(ref.column for ref in anchor if ref.source == source.id)
        pairs = [*source.links, *((right, left) for left, right in source.links)]
        return sorted({mine.column for mine, other in pairs if mine.source == source.id and other in seen})

    def _by_reference(self, node: Node, anchors: Anchors) -> bool:
        """Whether a dataset may be taken as a whole, so that its change is a whole run.

        A declared reference of a dataset of the query points at it, or both point at the same one; and it has no
        columns of the scope's names, by which it would have to be joined.
        """
        if not isinstance(node, Scan):
            return False
        if all({ref.column for ref in anchor} & node.columns for anchor in anchors):
            return False
        near = {to for name, to in self.references if name in self.datasets - {node.name}}
        if node.name not in near and not any(name == node.name and to in near for name, to in self.references):
            return False
        self.whole.add(node.name)
        return True

    def _nested(self, nested: Nested, anchors: Anchors) -> Restrict:
        """A subquery of an expression: exact in what IN compares with the scope, or tied to it row by row."""
        places = [[i for i, ref in enumerate(nested.left) if ref in anchor] for anchor in anchors]
        if nested.left and all(places):
            try:
                return self.exact(nested.node, tuple(nested.columns[place[0]] for place in places))
            except Unproven:
                if not isinstance(nested.node, Block | Union):
                    raise
        return self._given(nested.node, anchors)

    def _given(self, node: Node, anchors: Anchors) -> Restrict:
        if isinstance(node, Union):
            found: Restrict = {}
            for branch in node.branches:
                if not self.constant(branch):
                    found = merge(found, self._given(branch, anchors))
            return found
        if isinstance(node, Block):
            return self._attached(node, classes(node, anchors))[0]
        raise Unproven("子查询没有按范围关联", "a subquery is not tied to the scope")

    def constant(self, node: Node) -> bool:
        """Whether no fact can change what a query yields."""
        if id(node) not in self._constant:
            self._constant[id(node)] = not any(True for _ in _datasets(node))
        return self._constant[id(node)]


def classes(block: Block, anchors: Anchors) -> Anchors:
    """Return each anchor with all columns that the block's inner conditions equate with it."""
    grown = [set(anchor) for anchor in anchors]
    for anchor in grown:
        growing = True
        while growing:
            growing = False
            for left, right in block.equalities:
                if (left in anchor) != (right in anchor):
                    anchor |= {left, right}
                    growing = True
    return tuple(frozenset(anchor) for anchor in grown)


def merge(one: Restrict, other: Restrict) -> Restrict:
    """Return both restrictions together.

    Raises:
        Unproven: a dataset would be restricted by different columns.
    """
    for name in one.keys() & other.keys():
        if one[name] != other[name]:
            raise Unproven(
                f"{name} 按不同的列读取：{', '.join(one[name])}；{', '.join(other[name])}",
                f"{name} is read by different columns: {', '.join(one[name])} and {', '.join(other[name])}",
            )
    return {**one, **other}


def _name(node: Node) -> str:
    return node.name if isinstance(node, Scan | Derivation) else "a subquery"
