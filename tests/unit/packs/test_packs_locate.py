"""The locator agrees with tomllib on what there is, and with the eye on where it stands."""

import json
import os
import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.engine.packs.locate import KeyPath, Spot, locate

COUNT = 2000 if os.environ.get("XIEZHI_SOAK") else 150

BARE = st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True)
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t", exclude_characters="\x7f"), max_size=8
)
PLAIN = st.one_of(
    st.integers(-(2**60), 2**60),
    st.booleans(),
    TEXT,
    st.dates(),
    st.datetimes(),
    st.floats(allow_nan=False, allow_infinity=False),
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(BARE | TEXT, inner, max_size=3)
)
BLANKS = st.sampled_from(["", " ", "\t", "  "])
GAPS = st.sampled_from(["", "\n", "# a remark, with = and [ and ]\n", "\n   \n"])


def quoted(key: str, style: int) -> str:
    if style == 0 and key and key.isascii() and all(c.isalnum() or c in "_-" for c in key):
        return key
    if style == 1 and "'" not in key:
        return f"'{key}'"
    return json.dumps(key, ensure_ascii=style == 2).replace("\x7f", "\\u007f") if not outside(key) else long_form(key)


def outside(key: str) -> bool:
    return any(ord(c) > 0xFFFF for c in key)


def long_form(key: str) -> str:
    return '"' + "".join(f"\\U{ord(c):08X}" for c in key) + '"'


class Writer:
    """Writes TOML in every style it knows, noting where it puts each key: an oracle of its own."""

    def __init__(self, data: st.DataObject) -> None:
        self.draw = data.draw
        self.text = ""
        self.spots: dict[KeyPath, Spot] = {(): Spot(1, 1)}

    def here(self) -> Spot:
        return Spot(self.text.count("\n") + 1, len(self.text) - (self.text.rfind("\n") + 1) + 1)

    def note(self, path: KeyPath) -> None:
        self.spots.setdefault(path, self.here())

    def key(self, key: str) -> str:
        return quoted(key, self.draw(st.integers(0, 3)))

    def pair(self, at: KeyPath, key: str, value: Any) -> None:
        self.note((*at, key))
        self.text += self.key(key) + self.draw(BLANKS) + "=" + self.draw(BLANKS)
        self.value((*at, key), value)

    def value(self, at: KeyPath, value: Any) -> None:
        if isinstance(value, list):
            self.text += "["
            for number, item in enumerate(value):
                self.text += self.draw(GAPS) + self.draw(BLANKS)
                self.note((*at, number))
                self.value((*at, number), item)
                self.text += self.draw(GAPS) + ("," if number + 1 < len(value) or self.draw(st.booleans()) else "")
            self.text += self.draw(GAPS) + "]"
        elif isinstance(value, dict):
            self.text += "{"
            for number, (key, item) in enumerate(value.items()):
                self.text += ("," if number else "") + self.draw(BLANKS)
                self.pair(at, key, item)
            self.text += self.draw(BLANKS) + "}"
        else:
            self.text += self.scalar(value)

    def scalar(self, value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str):
            return self.string(value)
        if hasattr(value, "isoformat"):
            return str(value.isoformat())
        return repr(value)

    def string(self, value: str) -> str:
        style = self.draw(st.integers(0, 3))
        if style == 0 and "'" not in value:
            return f"'{value}'"
        if style == 1 and "'" not in value:
            return f"'''{value}\n]}} # = '''"
        if style == 2:
            return '"""' + long_form(value)[1:-1] + ' "" \\"" = [\n"""'
        return long_form(value)


@settings(max_examples=COUNT, deadline=None)
@given(
    data=st.data(), tables=st.dictionaries(BARE | TEXT, st.dictionaries(BARE | TEXT, VALUES, max_size=4), max_size=4)
)
def test_every_key_stands_where_the_writer_put_it(data: st.DataObject, tables: dict[str, dict[str, Any]]) -> None:
    writer = Writer(data)
    for name, table in tables.items():
        many = data.draw(st.integers(0, 2))
        for number in range(max(many, 1)):
            writer.text += data.draw(GAPS) + data.draw(BLANKS)
            at: KeyPath = (name, number) if many else (name,)
            writer.note((name,))
            writer.note(at)
            writer.text += f"[[ {writer.key(name)} ]]\n" if many else f"[{writer.key(name)}] # \n"
            for key, value in table.items():
                writer.text += data.draw(GAPS)
                writer.pair(at, key, value)
                writer.text += " # remark = [\n"
    parsed = tomllib.loads(writer.text)
    found = locate(writer.text)
    assert found == writer.spots
    assert set(found) == set(paths(parsed, ()))


def paths(value: Any, at: KeyPath) -> list[KeyPath]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, item in inner for path in paths(item, (*at, key)))]


DOTTED = """\
top = 1
a.b."c.d" = 2

[x.y]
k = "v"
[x.y.z]
[[rows]]
n = 1
[rows.inner]
m = [ { p = 1 },
      { p = 2 } ]
[[rows]]
[[rows.deep]]
q = 1
[[rows.deep]]
q = 2
"""


def test_dotted_keys_inner_tables_and_nested_arrays_of_tables() -> None:
    assert locate(DOTTED) == {
        (): (1, 1),
        ("top",): (1, 1),
        ("a",): (2, 1),
        ("a", "b"): (2, 3),
        ("a", "b", "c.d"): (2, 5),
        ("x",): (4, 1),
        ("x", "y"): (4, 1),
        ("x", "y", "k"): (5, 1),
        ("x", "y", "z"): (6, 1),
        ("rows",): (7, 1),
        ("rows", 0): (7, 1),
        ("rows", 0, "n"): (8, 1),
        ("rows", 0, "inner"): (9, 1),
        ("rows", 0, "inner", "m"): (10, 1),
        ("rows", 0, "inner", "m", 0): (10, 7),
        ("rows", 0, "inner", "m", 0, "p"): (10, 9),
        ("rows", 0, "inner", "m", 1): (11, 7),
        ("rows", 0, "inner", "m", 1, "p"): (11, 9),
        ("rows", 1): (12, 1),
        ("rows", 1, "deep"): (13, 1),
        ("rows", 1, "deep", 0): (13, 1),
        ("rows", 1, "deep", 0, "q"): (14, 1),
        ("rows", 1, "deep", 1): (15, 1),
        ("rows", 1, "deep", 1, "q"): (16, 1),
    }


def test_the_first_line_may_have_another_number() -> None:
    assert locate("a = 1\nb = 2\n", first_line=10) == {(): (10, 1), ("a",): (10, 1), ("b",): (11, 1)}
