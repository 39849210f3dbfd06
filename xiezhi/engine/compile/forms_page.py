"""The table of forms as a page of the reference."""

from xiezhi.engine.compile.forms import Form, table

_HEAD = """# The portable subset of SQL

Generated from the table of forms of the compiler. `t` is a dataset of the tests: `id` its key, `case_id` a scope,
`a b n` integers (`n` may be empty), `m` a decimal, `s` a text, `d e` dates, `ts` a time, `f` a boolean.
"""


def page() -> str:
    """Return the table of forms in Markdown: what is allowed, with its text for Spark, and what is refused."""
    allowed = [form for form in table() if form.allowed]
    refused = [form for form in table() if not form.allowed]
    return "\n".join(
        [
            _HEAD,
            "## Allowed",
            "",
            "| form | DuckDB | Spark | note |",
            "|---|---|---|---|",
            *(_row(form.id, form.sql, form.spark, form.why) for form in allowed),
            "",
            "## Refused",
            "",
            "| code | form | why | what to write instead | in SQL |",
            "|---|---|---|---|---|",
            *(_refused(form) for form in refused),
            "",
        ]
    )


def _refused(form: Form) -> str:
    return _row(form.id, form.sql, None, form.why, form.instead, form.portable)


def _row(name: str, sql: str, spark: str | None, *words: str) -> str:
    cells = [f"`{name}`", _code(sql), *([_code(spark)] if spark is not None else [])]
    if len(words) > 1:
        cells += [*(_plain(word) for word in words[:-1]), _code(words[-1]) if words[-1] else ""]
    else:
        cells += [_plain(word) for word in words]
    return "| " + " | ".join(cells) + " |"


def _code(sql: str) -> str:
    return f"`{_plain(sql)}`"


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
