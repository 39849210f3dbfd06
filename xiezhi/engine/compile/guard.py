"""The first wall: an author's text is measured before it is parsed, so that no text can exhaust the parser.

SQLGlot parses by recursion. What makes it recurse is bounded here: brackets, CASE, runs of prefix operators, and
tokens as such. What survives is parsed, and the depth of the tree is measured again without recursion.
"""

from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from xiezhi.engine.compile.text import Refused, Text

MAX_CHARACTERS = 60_000
MAX_TOKENS = 8_000
MAX_BRACKETS = 40
MAX_PREFIXES = 8
MAX_DEPTH = 120
MAX_NODES = 30_000

_FIRST = {TokenType.SELECT, TokenType.WITH, TokenType.FROM, TokenType.L_PAREN}
_OPEN = {TokenType.L_PAREN, TokenType.CASE}
_CLOSE = {TokenType.R_PAREN, TokenType.END}
_PREFIX = {TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.INTERVAL, TokenType.DISTINCT, TokenType.JOIN}
_FORBIDDEN = {
    TokenType.L_BRACKET: "list",
    TokenType.L_BRACE: "list",
    TokenType.ARROW: "lambda",
    TokenType.DARROW: "lambda",
    TokenType.FARROW: "lambda",
    TokenType.DSTAR: "power",
    TokenType.CARET: "power",
    TokenType.PARAMETER: "placeholder",
    TokenType.PLACEHOLDER: "placeholder",
    TokenType.HASH: "placeholder",
    TokenType.TILDE: "regex",
    TokenType.COLLATE: "collation",
    TokenType.RAW_STRING: "string-kind",
    TokenType.HEREDOC_STRING: "string-kind",
    TokenType.BYTE_STRING: "string-kind",
    TokenType.HEX_STRING: "string-kind",
    TokenType.BIT_STRING: "string-kind",
    TokenType.NATIONAL_STRING: "string-kind",
    TokenType.UNICODE_STRING: "string-kind",
    TokenType.COMMAND: "statement",
}


def parse_one(text: Text) -> exp.Expr:
    """Return the one statement of a text.

    Raises:
        Refused: for a text that is too large, too deep, not SQL, or not exactly one statement.
    """
    _measure_text(text)
    try:
        tokens = sqlglot.tokenize(text.sql, dialect="duckdb")
    except TokenError as error:
        raise text.refuse(
            0, "syntax", f"this is not SQL: {_first_line(error)}", "close every quote and comment"
        ) from None
    text = _admit(text, tokens)
    statements = [tree for tree in _parse(text) if tree is not None]
    if len(statements) != 1:
        raise text.refuse(0, "statement")
    measure(text, statements[0])
    return statements[0]


def measure(text: Text, tree: exp.Expr) -> None:
    """Refuse a tree that is too deep or too large for the walks that follow; recursion-free itself."""
    nodes, stack = 0, [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        nodes += 1
        if depth > MAX_DEPTH:
            raise text.refuse(node, "too-deep", f"the text nests deeper than {MAX_DEPTH} levels", _SPLIT)
        if nodes > MAX_NODES:
            raise text.refuse(node, "too-large", f"the text has more than {MAX_NODES} parts", _SPLIT)
        stack.extend((child, depth + 1) for child in node.iter_expressions())


_SPLIT = "divide it: put a part into a view of the pack, or into a CTE"


def _measure_text(text: Text) -> None:
    if len(text.sql) > MAX_CHARACTERS:
        raise text.refuse(0, "too-large", f"the text is longer than {MAX_CHARACTERS} characters", _SPLIT)
    for offset, character in enumerate(text.sql):
        if (character < " " and character not in "\n\r\t") or "\ud800" <= character <= "\udfff":
            raise text.refuse(
                offset, "character", f"the character U+{ord(character):04X} has no place in SQL", "delete it"
            )


def _admit(text: Text, tokens: list[Token]) -> Text:
    """Check the tokens and return the text with ``:as_of`` in the form that the parser takes everywhere."""
    if len(tokens) > MAX_TOKENS:
        raise text.refuse(tokens[MAX_TOKENS].start, "too-large", f"the text has more than {MAX_TOKENS} words", _SPLIT)
    _one_statement(text, tokens)
    _measure_nesting(text, tokens)
    characters = list(text.sql)
    for offset in _placeholders(text, tokens):
        characters[offset] = "$"
    return Text(text.path, "".join(characters), text.line, text.column)


def _one_statement(text: Text, tokens: list[Token]) -> None:
    """Refuse what is no SELECT before the parser sees it, so that it never falls back to reading a command."""
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens = tokens[:-1]
    if not tokens or tokens[0].token_type not in _FIRST:
        raise text.refuse(tokens[0].start if tokens else 0, "statement")
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            raise text.refuse(token.start, "statement")


def _measure_nesting(text: Text, tokens: list[Token]) -> None:
    depth = run = 0
    for token in tokens:
        depth += (token.token_type in _OPEN) - (token.token_type in _CLOSE)
        run = run + 1 if token.token_type in _PREFIX else 0
        if depth > MAX_BRACKETS or run > MAX_PREFIXES:
            raise text.refuse(token.start, "too-deep", f"more than {MAX_BRACKETS} brackets stand in each other", _SPLIT)
        if token.token_type in _FORBIDDEN:
            raise text.refuse(token.start, _FORBIDDEN[token.token_type])


def _placeholders(text: Text, tokens: list[Token]) -> Iterator[int]:
    for index, token in enumerate(tokens):
        if token.token_type is not TokenType.COLON:
            continue
        after = tokens[index + 1] if index + 1 < len(tokens) else token
        if after.text.lower() != "as_of" or after.start != token.end + 1:
            raise text.refuse(token.start, "placeholder")
        yield token.start


def _parse(text: Text) -> list[exp.Expr | None]:
    try:
        return list(sqlglot.parse(text.sql, dialect="duckdb"))
    except ParseError as error:
        raise _syntax(text, error) from None
    except RecursionError:
        raise text.refuse(0, "too-deep", "the text nests too deep", _SPLIT) from None


def _syntax(text: Text, error: ParseError) -> Refused:
    first = error.errors[0] if error.errors else {}
    line, column = first.get("line") or 1, first.get("col") or 1
    lines = text.sql.split("\n")
    # the column of SQLGlot is that of the last character of the word
    end = sum(len(row) + 1 for row in lines[: line - 1]) + column - 1
    start = max(0, end - max(len(first.get("highlight") or " ") - 1, 0))
    what = str(first.get("description") or "not SQL").split("<class")[0].strip(" .")
    return text.refuse(
        start, "syntax", f"the text cannot be read here ({what})", "write one SELECT in DuckDB's dialect"
    )


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0]
