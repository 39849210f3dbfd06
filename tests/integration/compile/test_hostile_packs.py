"""Packs written in malice or in haste: each is refused with file, line and what to write instead, and nothing hangs."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xiezhi.engine.compile.program import compile_pack
from xiezhi.engine.errors import AuthorError, Issue
from xiezhi.engine.intake.model import NormOfRun
from xiezhi.engine.packs.load import load_pack
from xiezhi.engine.packs.scaffold import new_platform

SQL, PAGE, CASES = "indicators/late.sql", "indicators/late.md", "datasets/cases.toml"
VSQL, VPAGE, DAYS = "views/open_cases.sql", "views/open_cases.md", "parameters/late.toml"
VIEW = (
    "SELECT c.case_no, CAST(c.accepted_at AS DATE) AS start_on, CAST(c.decided_at AS DATE) AS end_on, 20 AS limit_days "
    "FROM cases AS c WHERE c.accepted_at IS NOT NULL\n"
)
VIEW_PAGE = """+++
name = {zh = "在办件", en = "Open cases"}
key = ["case_no"]
scope = ["case_no"]
+++
## Examples
### x
as of 2025-12-31
given cases
| case_no | accepted_at |
|---|---|
| A | |
expect nothing
"""
DERIVED = """derivation = "clock"
name = {zh = "计时", en = "Clock"}
[inputs]
spans = "open_cases"
[arguments]
key = ["case_no"]
rule = "working"
"""
TAIL = (
    " AS used_days, 20 AS limit_days, 1 AS overdue_days, CAST(c.accepted_at AS DATE) AS opened_on, "
    "CAST(c.decided_at AS DATE) AS closed_on, c._row AS ev_case FROM cases AS c"
)
Spoil = Callable[[Path], Any]


def written(folder: Path) -> Path:
    pack = new_platform(folder, "good", zh="林业", en="Forestry")
    (pack / "views").mkdir()
    for name, text in ((VSQL, VIEW), (VPAGE, VIEW_PAGE), ("views/running.toml", DERIVED)):
        (pack / name).write_text(text, encoding="utf-8")
    return pack


def raw(data: bytes | str) -> bytes:
    return data if isinstance(data, bytes) else data.encode("utf-8")


def w(name: str, data: bytes | str) -> Spoil:
    return lambda f: ((f / name).parent.mkdir(exist_ok=True), (f / name).write_bytes(raw(data)))


def rm(name: str) -> Spoil:
    return lambda f: shutil.rmtree(f / name) if (f / name).is_dir() else (f / name).unlink()


def rep(name: str, old: str, new: str) -> Spoil:
    def spoil(f: Path) -> None:
        text = (f / name).read_bytes()
        assert raw(old) in text
        (f / name).write_bytes(text.replace(raw(old), raw(new), 1))

    return spoil


def app(name: str, data: bytes | str) -> Spoil:
    return lambda f: (f / name).write_bytes((f / name).read_bytes() + raw(data))


def sel(body: str) -> Spoil:
    return w(SQL, "SELECT c.case_no, c.case_no AS subject_id, " + body)


DATASET = b'name = {zh = "x", en = "x"}\nkey = ["a"]\n[columns.a]\ntype = "text"\nzh = "x"\nen = "x"\nrequired = true\n'
SQL_TEXT = "SELECT c.case_no FROM cases AS c\n"
HOSTILE: list[tuple[str, Spoil, str]] = [
    ("no platform", rm("platform.toml"), ".: missing-file"),
    ("no sql", rm(SQL), "indicators/late.md: missing-file"),
    ("no page", rm(PAGE), "indicators/late.sql: missing-file"),
    ("no view sql", rm(VSQL), "views/open_cases.md: missing-file"),
    ("no norms", rm("norms.toml"), "indicators/late.md:4:10: norm"),
    ("no datasets", rm("datasets"), "feeds.toml:5:13: unknown"),
    ("no params", rm("parameters"), "indicators/late.sql:6:3: unknown-parameter"),
    (
        "platform is folder",
        lambda f: ((f / "platform.toml").unlink(), (f / "platform.toml").mkdir()),
        ".: missing-file",
    ),
    ("sql is folder", lambda f: ((f / SQL).unlink(), (f / SQL).mkdir()), "indicators/late.md: missing-file"),
    (
        "datasets is a file",
        lambda f: (shutil.rmtree(f / "datasets"), (f / "datasets").write_text("x")),
        "datasets: unknown-file",
    ),
    (
        "dangling symlink",
        lambda f: (f / "datasets" / "x.toml").symlink_to("/nonexistent"),
        "datasets/x.toml: unknown-file",
    ),
    ("symlink dir loop", lambda f: (f / "datasets" / "x.toml").symlink_to(f), "datasets/x.toml: unknown-file"),
    ("odd file", w("indicators/readme.txt", "x"), "indicators/readme.txt: unknown-file"),
    ("odd folder", lambda f: (f / "secrets").mkdir(), "secrets: unknown-file"),
    ("name upper", w("datasets/Cases.toml", DATASET), "datasets/Cases.toml:1:1: name"),
    ("name reserved", w("datasets/order.toml", DATASET), "datasets/order.toml:1:1: reserved"),
    (
        "name long",
        w("datasets/" + "a" * 120 + ".toml", DATASET),
        f"datasets/{'a' * 120}.toml:1:1: name",
    ),
    ("name unicode", w("datasets/\u202ecases.toml", DATASET), "datasets/\\u202ecases.toml:1:1: name"),
    ("platform not toml", w("platform.toml", "<xml/>"), "platform.toml:1:1: toml"),
    ("empty platform", w("platform.toml", ""), "platform.toml:1:1: missing"),
    ("platform nul", w("platform.toml", b'kind = "a\x00b"\n'), "platform.toml:1:10: toml"),
    ("platform gbk", w("platform.toml", "name = '审批'".encode("gbk")), "platform.toml:1: encoding"),
    ("platform utf16", w("platform.toml", "kind = 'field'".encode("utf-16")), "platform.toml:1: encoding"),
    ("toml deep", w("platform.toml", "a = " + "[" * 20000 + "]" * 20000), "platform.toml:1: toml"),
    ("toml big int", w("platform.toml", "order = " + "9" * 10000), "platform.toml:1: toml"),
    ("toml nan", rep(CASES, "required = true", "required = nan"), "datasets/cases.toml:19:1: type"),
    ("toml dup", app("platform.toml", "\nkind = 'x'\n"), "platform.toml:8:11: toml"),
    ("toml inf date", rep(DAYS, "from = ", "from = 99999-01-01 #"), "parameters/late.toml:8:13: toml"),
    ("toml order inf", app("platform.toml", "\norder2 = inf\n"), "platform.toml:8:1: unknown-key"),
    ("kind wrong", rep("platform.toml", "kind = ", "kind = 5 #"), "platform.toml:2:1: type"),
    ("unknown key", app("platform.toml", "\ncolour = 1\n"), "platform.toml:8:1: unknown-key"),
    ("dataset column type", rep(CASES, 'type = "text"', 'type = "float"'), "datasets/cases.toml:16:1: column-type"),
    ("dataset col reserved", rep(CASES, "[columns.case_no]", "[columns.select]"), "datasets/cases.toml:3:8: unknown"),
    ("dataset col system", rep(CASES, "[columns.case_no]", "[columns._row]"), "datasets/cases.toml:3:8: unknown"),
    ("dataset decimal", rep(CASES, 'type = "text"', 'type = "decimal(99,3)"'), "datasets/cases.toml:16:1: column-type"),
    ("bad date param", rep(DAYS, "value = ", "value = 'abc' #"), "parameters/late.toml:9:1: type"),
    ("param huge", rep(DAYS, "value = ", "value = 99999999999999999999 #"), "parameters/late.toml:9:1: type"),
    ("unknown norm", rep(PAGE, 'norms = ["', 'norms = ["ZZ-999", "'), "indicators/late.md:4:10: norm"),
    ("no front", w(PAGE, "# x\n"), "indicators/late.md:1: front-matter"),
    ("front not ended", w(PAGE, "+++\nname=1\n"), "indicators/late.md:1: front-matter"),
    ("page gbk", app(PAGE, "审批".encode("gbk")), "indicators/late.md:125: encoding"),
    ("page nul", app(PAGE, b"\n### x\x00\n"), "indicators/late.md:126: example"),
    ("page rtl", rep(PAGE, "## Examples", "## Examples\n\u202e### abc"), "indicators/late.md:53:1: character"),
    (
        "page huge example",
        app(
            PAGE,
            "\n### big\nas of 2025-12-31\ngiven cases\n| case_no |\n|---|\n" + "| A |\n" * 3000 + "expect nothing\n",
        ),
        "indicators/late.md:2129: example",
    ),
    ("page bad date", rep(PAGE, "as of 2025-12-31", "as of 2025-13-31"), "indicators/late.md:56: example"),
    ("page bad cell", rep(PAGE, "2025-09-26 09:00", "2025-99-26 09:00"), "indicators/late.md:60: type"),
    ("page long int cell", rep(PAGE, "2025-09-26 09:00", "9" * 6000), "indicators/late.md:60: type"),
    ("page date year 0", rep(PAGE, "2025-09-26 09:00", "0000-09-26 09:00"), "indicators/late.md:60: type"),
    ("rule syntax", rep(PAGE, 'orange = "', 'orange = ") OR (" #'), "indicators/late.md:39:11: syntax"),
    ("rule number", rep(PAGE, 'orange = "', 'orange = "used_days >= 42" #'), "indicators/late.md:39:24: rule-number"),
    ("rule select", rep(PAGE, 'orange = "', 'orange = "(SELECT 1) = 1" #'), "indicators/late.md:39:19: rule-form"),
    (
        "rule deep",
        rep(PAGE, 'orange = "', 'orange = "' + "(" * 10000 + "used_days >= 1" + ")" * 10000 + '" #'),
        "indicators/late.md:39:8010: too-large",
    ),
    (
        "rule stmt",
        rep(PAGE, 'orange = "', 'orange = "used_days >= 1; DROP TABLE x" #'),
        "indicators/late.md:39:25: statement",
    ),
    ("rule nul", rep(PAGE, 'orange = "', 'orange = "used_days >= 1\\u0000" #'), "indicators/late.md:36:15: character"),
    (
        "rule agg",
        rep(PAGE, 'orange = "', 'orange = "SUM(used_days) >= 1" #'),
        "indicators/late.md:39:11: aggregate-place",
    ),
    ("rule unknown", rep(PAGE, 'orange = "', 'orange = "usd_days >= 1" #'), "indicators/late.md:39:11: rule-column"),
    ("rule nonbool", rep(PAGE, 'orange = "', 'orange = "used_days" #'), "indicators/late.md:34:9: type"),
    (
        "cyclic views",
        w(
            VSQL,
            VIEW.replace("c.accepted_at AS DATE", "NULL AS DATE").replace(
                "cases AS c WHERE c.accepted_at IS NOT NULL", "running AS c"
            ),
        ),
        "views/open_cases.sql:1: circle",
    ),
    (
        "view self",
        w(VSQL, "SELECT o.case_no, o.start_on, o.end_on, o.limit_days FROM open_cases AS o"),
        "views/open_cases.sql:1: circle",
    ),
    ("view key", rep(VPAGE, 'key = ["case_no"]', 'key = ["no_such"]'), "views/open_cases.sql:1:1: view-column"),
    ("derivation unknown", rep("views/running.toml", '"clock"', '"magic"'), "views/running.toml:1: unknown-derivation"),
    ("derivation args", rep("views/running.toml", 'rule = "working"', "rule = 7"), "views/running.toml:1: derivation"),
    ("derivation key", rep("views/running.toml", 'key = ["case_no"]', "key = 3"), "views/running.toml:1: derivation"),
    (
        "derivation key2",
        rep("views/running.toml", 'key = ["case_no"]', 'key = [["case_no"]]'),
        "views/running.toml:1: derivation",
    ),
    ("derivation extra", app("views/running.toml", '\nfoo = "x"\n'), "views/running.toml:1: derivation"),
    ("derivation missing", rep("views/running.toml", 'rule = "working"', ""), "views/running.toml:1: derivation"),
    ("float", sel("1.5e0" + TAIL), "indicators/late.sql:1:44: float"),
    ("div", sel("3/2" + TAIL), "indicators/late.sql:1:44: divide"),
    ("star", w(SQL, "SELECT * FROM cases"), "indicators/late.sql:1:8: star"),
    ("cstar", w(SQL, "SELECT c.* FROM cases AS c"), "indicators/late.sql:1:8: star"),
    ("limit", sel("1" + TAIL + " LIMIT 1"), "indicators/late.sql:1:220: limit"),
    ("sample", sel("1" + TAIL + " USING SAMPLE 10%"), "indicators/late.sql:1:227: table-option"),
    ("order", sel("1" + TAIL + " ORDER BY 1"), "indicators/late.sql:1:223: order-by"),
    ("query()", w(SQL, "SELECT * FROM query('SELECT 1')"), "indicators/late.sql:1:15: table-function"),
    ("query_table", w(SQL, "SELECT case_id FROM query_table('cases')"), "indicators/late.sql:1:21: table-function"),
    ("read_csv", w(SQL, "SELECT a FROM read_csv('/etc/passwd') AS a"), "indicators/late.sql:1:15: table-function"),
    ("file", w(SQL, "SELECT a FROM '/etc/passwd' AS a"), "indicators/late.sql:1:15: unknown-table"),
    ("parquet", w(SQL, "SELECT a FROM read_parquet('x')"), "indicators/late.sql:1:15: table-function"),
    ("glob", w(SQL, "SELECT file FROM glob('/*')"), "indicators/late.sql:1:18: table-function"),
    ("pragma", w(SQL, "PRAGMA version"), "indicators/late.sql:1:1: statement"),
    ("attach", w(SQL, "ATTACH 'x'"), "indicators/late.sql:1:1: statement"),
    ("copy", w(SQL, "COPY cases TO '/tmp/x'"), "indicators/late.sql:1:1: statement"),
    ("set", w(SQL, "SET memory_limit='1TB'"), "indicators/late.sql:1:1: statement"),
    ("install", w(SQL, "INSTALL httpfs"), "indicators/late.sql:1:1: statement"),
    ("two", app(SQL, "; SELECT 1 AS x"), "indicators/late.sql:14:1: statement"),
    ("insert", w(SQL, "INSERT INTO cases VALUES (1)"), "indicators/late.sql:1:1: statement"),
    ("create", w(SQL, "CREATE TABLE x AS SELECT 1"), "indicators/late.sql:1:1: statement"),
    (
        "recursive",
        w(SQL, "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 AS n FROM r) SELECT n FROM r"),
        "indicators/late.sql:1:16: recursive",
    ),
    ("repeat", sel("LENGTH(REPEAT('x', 2000000000))" + TAIL), "indicators/late.sql:1:51: repeat"),
    ("lpad", sel("LENGTH(LPAD('x', 2000000000, 'y'))" + TAIL), "indicators/late.sql:1:51: repeat"),
    ("range", w(SQL, "SELECT r FROM range(1000000000000) AS t(r)"), "indicators/late.sql:1:15: table-function"),
    (
        "gen",
        w(SQL, "SELECT r FROM generate_series(1,1000000000000) AS t(r)"),
        "indicators/late.sql:1:15: table-function",
    ),
    ("unnest", sel("UNNEST([1,2])" + TAIL), "indicators/late.sql:1:51: list"),
    (
        "regex",
        sel("CASE WHEN REGEXP_MATCHES(c.case_no, '(a+)+$') THEN 1 ELSE 0 END" + TAIL),
        "indicators/late.sql:1:54: regex",
    ),
    (
        "similar",
        sel("CASE WHEN c.case_no SIMILAR TO '(a+)+' THEN 1 ELSE 0 END" + TAIL),
        "indicators/late.sql:1:54: like",
    ),
    ("tilde", sel("CASE WHEN c.case_no ~ 'a' THEN 1 ELSE 0 END" + TAIL), "indicators/late.sql:1:64: regex"),
    ("getenv", sel("getenv('HOME')" + TAIL), "indicators/late.sql:1:44: session"),
    ("current", sel("current_date - c.accepted_at" + TAIL), "indicators/late.sql:1:59: clock"),
    ("random", sel("random()" + TAIL), "indicators/late.sql:1:44: chance"),
    ("sleep", sel("sleep(1)" + TAIL), "indicators/late.sql:1:44: function"),
    ("setting", sel("current_setting('x')" + TAIL), "indicators/late.sql:1:44: session"),
    ("sysv", w(SQL, "SELECT a FROM duckdb_settings()"), "indicators/late.sql:1:15: table-function"),
    (
        "infoschema",
        w(SQL, "SELECT table_name FROM information_schema.tables"),
        "indicators/late.sql:1:24: unknown-table",
    ),
    ("lateral", sel("1" + TAIL + ", LATERAL (SELECT 1 AS x) AS y"), "indicators/late.sql:1:231: table-function"),
    ("nested comments", w(SQL, "/* /* /* " * 3000 + "SELECT 1"), "indicators/late.sql:1:1: syntax"),
    ("open comment", w(SQL, "SELECT 1 /* "), "indicators/late.sql:1:1: syntax"),
    ("paren", sel("(" * 10000 + "1" + ")" * 10000 + TAIL), "indicators/late.sql:1:8033: too-large"),
    ("5MB", sel("1" + TAIL + " -- " + "x" * 5_000_000), "indicators/late.sql:1:1: too-large"),
    ("5MB code", sel("+".join(["1"] * 2_500_000) + TAIL), "indicators/late.sql:1:1: too-large"),
    ("nul", sel("1\x00" + TAIL), "indicators/late.sql:1:45: character"),
    ("rtl", sel("1\u202e" + TAIL), "indicators/late.sql:1:45: character"),
    ("rtl text", sel("LENGTH('\u202e')" + TAIL), "indicators/late.sql:1:52: character"),
    ("rtl comment", w(SQL, "-- \u202e admin\n" + SQL_TEXT), "indicators/late.sql:1:4: character"),
    ("zero width", sel("1\u200b" + TAIL), "indicators/late.sql:1:47: syntax"),
    ("sql gbk", w(SQL, b"SELECT '\xc9\xf3\xc5\xfa'"), "indicators/late.sql:1: encoding"),
    ("bom", w(SQL, b"\xef\xbb\xbf" + SQL_TEXT.encode()), "indicators/late.sql:1: encoding"),
    ("utf16 sql", w(SQL, "SELECT 1".encode("utf-16")), "indicators/late.sql:1: encoding"),
    ("empty sql", w(SQL, ""), "indicators/late.sql:1: missing"),
    ("blank sql", w(SQL, "  \n"), "indicators/late.sql:1: missing"),
    ("quote", w(SQL, "SELECT 'x"), "indicators/late.sql:1:1: syntax"),
    ("homoglyph", sel("1" + TAIL.replace("cases", "c\u0430ses")), "indicators/late.sql:1:203: unknown-table"),
    ("dollar quote", sel("LENGTH($$x$$)" + TAIL), "indicators/late.sql:1:51: string-kind"),
    ("param ph", sel("$1" + TAIL), "indicators/late.sql:1:44: placeholder"),
    ("qmark", sel("?" + TAIL), "indicators/late.sql:1:44: placeholder"),
    ("named ph", sel(":other" + TAIL), "indicators/late.sql:1:44: placeholder"),
    ("reserved col", sel("1" + TAIL.replace("used_days", '"select"')), "indicators/late.sql:1:44: reserved"),
    ("unknown col", sel("c.no_such" + TAIL), "indicators/late.sql:1:44: unknown-column"),
    ("unknown table", w(SQL, "SELECT x FROM no_such"), "indicators/late.sql:1:15: unknown-table"),
    ("unknown param", sel("param('no_such', c.accepted_at)" + TAIL), "indicators/late.sql:1:44: param-date"),
    ("param not literal", sel("param(c.case_no, c.accepted_at)" + TAIL), "indicators/late.sql:1:44: param"),
    (
        "missing output",
        w(SQL, "SELECT c.case_no, c.case_no AS subject_id FROM cases AS c"),
        "indicators/late.md:1: clock",
    ),
    ("group no", sel("COUNT(*)" + TAIL), "indicators/late.sql:1:8: ungrouped"),
    ("pivot", w(SQL, "PIVOT cases ON case_no USING count(*)"), "indicators/late.sql:1:1: statement"),
    ("describe", w(SQL, "DESCRIBE cases"), "indicators/late.sql:1:1: statement"),
    ("explain", w(SQL, "EXPLAIN SELECT 1"), "indicators/late.sql:1:1: statement"),
    ("values", w(SQL, "VALUES (1)"), "indicators/late.sql:1:1: statement"),
    ("from first", w(SQL, "FROM cases"), "indicators/late.sql:1:1: star"),
    ("except", sel("1" + TAIL + " EXCEPT SELECT 1"), "indicators/late.sql:1:8: set-operation"),
    ("exclude", w(SQL, "SELECT * EXCLUDE (case_no) FROM cases"), "indicators/late.sql:1:8: star"),
    ("columns", w(SQL, "SELECT COLUMNS('.*') FROM cases"), "indicators/late.sql:1:8: star"),
    (
        "asof",
        sel("1" + TAIL + " ASOF JOIN cases AS m ON m.case_no >= c.case_no"),
        "indicators/late.sql:1:224: join-kind",
    ),
    ("struct", sel("{'a': 1}.a" + TAIL), "indicators/late.sql:1:44: list"),
    ("huge literal", sel("9" * 5000 + TAIL), "indicators/late.sql:1:44: huge"),
    ("huge dec", sel("0." + "1" * 5000 + TAIL), "indicators/late.sql:1:44: huge"),
    ("exp lit", sel("1e308" + TAIL), "indicators/late.sql:1:44: float"),
    (
        "interval",
        sel("1" + TAIL.replace("c.accepted_at AS DATE", "c.accepted_at + INTERVAL 99999999999 DAY AS DATE")),
        "indicators/late.sql:1:102: interval",
    ),
    ("cast bad", sel("CAST('x' AS BIGINT)" + TAIL), "indicators/late.sql:1:49: cast-text"),
    ("toml deep table", w("platform.toml", "[" + ".".join(["a"] * 3000) + "]\n"), "platform.toml:1: toml"),
]
NO_LINE = {"missing-file", "unknown-file"}  # about a file as a whole


def issues_of(folder: Path) -> list[Issue]:
    with pytest.raises(AuthorError) as refused:  # noqa: PT012  a pack may be refused by either
        pack = load_pack(folder)
        fed = {name: frozenset(dataset.columns) for name, dataset in pack.datasets.items()}
        compile_pack(pack, fed=fed, norm=NormOfRun(), only=tuple(pack.indicators))
    return refused.value.issues


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Path:
    return written(tmp_path_factory.mktemp("packs"))


def test_the_pack_is_good_before_it_is_spoilt(good) -> None:
    pack = load_pack(good)
    fed = {name: frozenset(dataset.columns) for name, dataset in pack.datasets.items()}
    assert compile_pack(pack, fed=fed, norm=NormOfRun(), only=("late",)).views.keys() == {"open_cases"}


@pytest.mark.parametrize(("spoil", "told"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_a_hostile_pack_is_refused(good, tmp_path, spoil, told) -> None:
    folder = tmp_path / "good"
    shutil.copytree(good, folder)
    spoil(folder)
    issues = issues_of(folder)
    first = str(issues[0]).replace(f"{folder}/", "").replace(str(folder), ".")
    assert first.startswith(f"{told}: ")
    for issue in issues:
        line = str(issue)
        assert issue.instead
        assert issue.place.line or issue.code in NO_LINE
        assert line.isprintable()
        assert len(line) < 1000


def test_there_are_many() -> None:
    assert len({name for name, _, _ in HOSTILE}) == len(HOSTILE) >= 60
