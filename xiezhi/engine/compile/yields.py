"""What a bound SELECT yields: its columns, what makes a row unique, and everything below it that matters."""

from sqlglot import exp

from xiezhi.engine.compile.grouping import determined
from xiezhi.engine.compile.selects import SelectBinder
from xiezhi.engine.compile.values import NO_PAIRS, Ref, Relation, Value


def relation_of(binder: SelectBinder, tree: exp.Select, outputs: dict[str, Value]) -> Relation:
    """Return what a bound SELECT yields."""
    if tree.args.get("distinct") is not None:
        binder.conditions |= {pair for value in outputs.values() for pair in value.origin}
    one_row = binder.has_aggregate and binder.groups is None
    return Relation(
        columns={name: _exported(value) for name, value in outputs.items()},
        node=binder.block(outputs),
        keys=_keys(binder, tree, outputs),
        rows=NO_PAIRS if one_row else frozenset(pair for item in binder.items for pair in item.relation.rows),
        conditions=frozenset(binder.conditions),
        reads=frozenset(binder.reads),
        bases=frozenset(binder.bases),
        names=frozenset(binder.names),
        scans=binder.scans,
    )


def _exported(value: Value) -> Value:
    return Value(value.type, value.origin, not_null=value.not_null, row_of=value.row_of, surrogate=value.surrogate)


def _keys(binder: SelectBinder, tree: exp.Select, outputs: dict[str, Value]) -> tuple[frozenset[str], ...]:
    if tree.args.get("distinct") is not None:
        return (frozenset(outputs),)
    if binder.groups is not None:
        return _group_keys(binder, tree)
    if binder.has_aggregate:
        return (frozenset(),)
    names = {value.ref: name for name, value in reversed(outputs.items()) if value.ref}
    found = []
    for item in binder.items:
        for key in item.keys:
            refs = {Ref(item.id, column) for column in key}
            if refs <= names.keys() and determined(refs, binder.items, binder.equalities, binder.computed):
                found.append(frozenset(names[ref] for ref in refs))
    if not found and determined(names, binder.items, binder.equalities, binder.computed):
        found.append(frozenset(names.values()))
    return tuple(found)


def _group_keys(binder: SelectBinder, tree: exp.Select) -> tuple[frozenset[str], ...]:
    key = set()
    for group, _ in binder.groups or ():
        for node in tree.expressions:
            inner = node.this if isinstance(node, exp.Alias) else node
            if inner.unnest() == group:
                key.add(node.alias_or_name)
                break
        else:
            return ()
    return (frozenset(key),)
