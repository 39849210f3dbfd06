"""Safe and unsafe queries, for the proof of scope. Each gives its scope columns first and `subject_id`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Query:
    id: str
    sql: str
    proven: bool
    scope: tuple[str, ...] = ("case_id",)
    restrict: tuple[tuple[str, tuple[str, ...]], ...] = ()
    whole: tuple[str, ...] = ()
    reason: str = ""  # a part of the English reason


C = ("cases", ("case_id",))
E = ("events", ("case_id",))


def safe(name, sql, *restrict, scope=("case_id",), whole=()):
    return Query(name, sql, proven=True, scope=scope, restrict=restrict, whole=whole)


def unsafe(name, sql, reason, scope=("case_id",)):
    return Query(name, sql, proven=False, scope=scope, reason=reason)


HEAD = "SELECT c.case_id, c.case_no AS subject_id"

SAFE = [
    safe("one_scan", f"{HEAD}, c.fee FROM cases AS c WHERE c.fee > 2", C),
    safe("as_of", f"{HEAD}, c.closed_on IS NULL AND c.accepted_on < :as_of AS open FROM cases AS c", C),
    safe("parameter", f"{HEAD}, param('decision_days', c.accepted_on) AS days FROM cases AS c", C),
    safe(
        "calendar",
        f"{HEAD}, k.work_no FROM cases AS c JOIN calendar AS k ON k.day = c.accepted_on",
        C,
    ),
    safe(
        "calendar_left",
        f"{HEAD}, k.work_no FROM cases AS c LEFT JOIN calendar AS k ON k.day = c.closed_on",
        C,
    ),
    safe(
        "reference_table",
        "SELECT e.case_id, e.case_no AS subject_id, e.activity, e.seq, l.limit_days FROM events AS e "
        "JOIN limits AS l ON l.activity = e.activity AND e.happened_on >= l.valid_from",
        E,
    ),
    safe("join_on", f"{HEAD}, e.seq FROM cases AS c JOIN events AS e ON e.case_id = c.case_id", C, E),
    safe("join_where", f"{HEAD}, e.seq FROM cases AS c, events AS e WHERE c.case_id = e.case_id AND e.seq > 1", C, E),
    safe("join_using", f"{HEAD}, e.seq FROM cases AS c JOIN events AS e USING (case_id)", C, E),
    safe(
        "scope_of_the_other_side",
        "SELECT e.case_id, c.case_no AS subject_id, e.seq FROM cases AS c JOIN events AS e ON e.case_id = c.case_id",
        C,
        E,
    ),
    safe(
        "left_join",
        f"{HEAD}, e.seq FROM cases AS c LEFT JOIN events AS e ON e.case_id = c.case_id AND e.seq > 1",
        C,
        E,
    ),
    safe(
        "left_join_anti",
        f"{HEAD} FROM cases AS c LEFT JOIN events AS e ON e.case_id = c.case_id WHERE e.case_id IS NULL",
        C,
        E,
    ),
    safe(
        "left_chain",
        f"{HEAD}, f.seq FROM cases AS c LEFT JOIN events AS e ON e.case_id = c.case_id AND e.activity = 'accept' "
        "LEFT JOIN events AS f ON f.case_id = e.case_id AND f.seq > e.seq",
        C,
        E,
    ),
    safe(
        "chain_of_equalities",
        f"{HEAD}, f.seq AS later FROM cases AS c JOIN events AS e ON e.case_id = c.case_id "
        "JOIN events AS f ON f.case_id = e.case_id AND f.seq > e.seq",
        C,
        E,
    ),
    safe(
        "group_by",
        "SELECT e.case_id, MIN(e.case_no) AS subject_id, COUNT(*) AS n FROM events AS e GROUP BY e.case_id",
        E,
    ),
    safe(
        "group_by_more",
        "SELECT e.case_id, e.activity AS subject_id, COUNT(*) AS n FROM events AS e GROUP BY e.case_id, e.activity "
        "HAVING COUNT(*) > 1",
        E,
    ),
    safe(
        "group_by_other_side",
        "SELECT c.case_id, MIN(c.case_no) AS subject_id, COUNT(*) AS n FROM cases AS c "
        "JOIN events AS e ON e.case_id = c.case_id GROUP BY c.case_id",
        C,
        E,
    ),
    safe(
        "window",
        "SELECT e.case_id, e.case_no AS subject_id, e.seq, "
        "LAG(e.activity) OVER (PARTITION BY e.case_id ORDER BY e.happened_on, e._row) AS before FROM events AS e",
        E,
    ),
    safe(
        "window_partition_more",
        "SELECT e.case_id, e.case_no AS subject_id, e.seq, "
        "ROW_NUMBER() OVER (PARTITION BY e.activity, e.case_id ORDER BY e._row) AS n FROM events AS e",
        E,
    ),
    safe(
        "qualify",
        "SELECT e.case_id, e.case_no AS subject_id, e.seq FROM events AS e "
        "QUALIFY ROW_NUMBER() OVER (PARTITION BY e.case_id ORDER BY e.happened_on, e._row) = 1",
        E,
    ),
    safe("distinct", "SELECT DISTINCT e.case_id, e.case_no AS subject_id FROM events AS e", E),
    safe(
        "union_all",
        "SELECT c.case_id, c.case_no AS subject_id FROM cases AS c UNION ALL "
        "SELECT e.case_id, e.case_no AS subject_id FROM events AS e WHERE e.seq > 1",
        C,
        E,
    ),
    safe(
        "union_inside",
        "SELECT u.case_id, MIN(u.no) AS subject_id, COUNT(*) AS n FROM (SELECT c.case_id, c.case_no AS no "
        "FROM cases AS c UNION ALL SELECT e.case_id, e.case_no AS no FROM events AS e) AS u GROUP BY u.case_id",
        C,
        E,
    ),
    safe(
        "exists",
        f"{HEAD} FROM cases AS c WHERE EXISTS "
        "(SELECT 1 AS one FROM events AS e WHERE e.case_id = c.case_id AND e.seq > 1)",
        C,
        E,
    ),
    safe(
        "not_exists",
        f"{HEAD} FROM cases AS c WHERE NOT EXISTS (SELECT 1 AS one FROM events AS e WHERE e.case_id = c.case_id)",
        C,
        E,
    ),
    safe(
        "scalar",
        f"{HEAD}, (SELECT MAX(e.seq) AS m FROM events AS e WHERE e.case_id = c.case_id) AS newest FROM cases AS c",
        C,
        E,
    ),
    safe(
        "in_scope",
        f"{HEAD} FROM cases AS c WHERE c.case_id IN (SELECT e.case_id FROM events AS e WHERE e.seq > 1)",
        C,
        E,
    ),
    safe("not_in_scope", f"{HEAD} FROM cases AS c WHERE c.case_id NOT IN (SELECT e.case_id FROM events AS e)", C, E),
    safe(
        "in_correlated",
        f"{HEAD} FROM cases AS c WHERE c.office IN (SELECT e.actor FROM events AS e WHERE e.case_id = c.case_id)",
        C,
        E,
    ),
    safe(
        "exists_in_exists",
        f"{HEAD} FROM cases AS c WHERE EXISTS (SELECT 1 AS one FROM events AS e WHERE e.case_id = c.case_id AND "
        "NOT EXISTS (SELECT 1 AS one FROM events AS f WHERE f.case_id = e.case_id AND f.seq > e.seq))",
        C,
        E,
    ),
    safe(
        "cte",
        "WITH n AS (SELECT e.case_id, COUNT(*) AS n FROM events AS e GROUP BY e.case_id) "
        f"{HEAD}, n.n FROM cases AS c LEFT JOIN n ON n.case_id = c.case_id",
        C,
        E,
    ),
    safe(
        "cte_twice",
        "WITH late AS (SELECT e.case_id, e.seq FROM events AS e WHERE e.seq > 1) "
        "SELECT a.case_id, c.case_no AS subject_id, a.seq AS x, b.seq AS y FROM late AS a "
        "JOIN late AS b ON b.case_id = a.case_id AND b.seq >= a.seq JOIN cases AS c ON c.case_id = a.case_id",
        C,
        E,
    ),
    safe("view", f"{HEAD}, v.events FROM cases AS c LEFT JOIN case_counts AS v ON v.case_id = c.case_id", C, E),
    safe("derived", f"{HEAD}, d.tally FROM cases AS c LEFT JOIN tallied AS d ON d.case_id = c.case_id", C, E),
    safe(
        "two_columns",
        "SELECT c.office, c.case_id, c.case_no AS subject_id, COUNT(*) OVER (PARTITION BY c.office, c.case_id) AS n "
        "FROM cases AS c",
        ("cases", ("office", "case_id")),
        scope=("office", "case_id"),
    ),
    safe(
        "office",
        "SELECT c.office, c.office AS subject_id, COUNT(*) AS n FROM cases AS c GROUP BY c.office",
        ("cases", ("office",)),
        scope=("office",),
    ),
    safe(
        "office_both",
        "SELECT c.office, c.case_no AS subject_id, r.receipt_no FROM cases AS c JOIN receipts AS r "
        "ON r.office = c.office AND r.amount > c.fee",
        ("cases", ("office",)),
        ("receipts", ("office",)),
        scope=("office",),
    ),
    safe(
        "constant_subquery",
        f"{HEAD} FROM cases AS c WHERE c.accepted_on >= (SELECT MIN(k.day) AS d FROM calendar AS k)",
        C,
    ),
    safe(
        "dimension",
        f"{HEAD}, m.days FROM cases AS c LEFT JOIN matters AS m ON m.matter_no = c.matter_no",
        C,
        whole=("matters",),
    ),
    safe(
        "off_list",
        f"{HEAD} FROM cases AS c WHERE NOT EXISTS (SELECT 1 AS one FROM matters AS m WHERE m.matter_no = c.matter_no)",
        C,
        whole=("matters",),
    ),
    safe(
        "calendar_in_a_subquery",
        f"{HEAD}, (SELECT COUNT(*) AS n FROM calendar AS k LEFT JOIN events AS e ON e.case_id = c.case_id "
        "AND e.happened_on = k.day WHERE k.day >= c.accepted_on AND e.seq > 0) AS n FROM cases AS c",
        C,
        E,
    ),
]

UNSAFE = [
    unsafe("no_scope", "SELECT c.case_no AS subject_id FROM cases AS c", "no scope", scope=()),
    unsafe("nullable", "SELECT r.case_id, r.receipt_no AS subject_id FROM receipts AS r", "never empty"),
    unsafe(
        "computed",
        "SELECT c.case_no || '' AS case_key, c.case_no AS subject_id FROM cases AS c",
        "plain column",
        scope=("case_key",),
    ),
    unsafe(
        "window_whole",
        f"{HEAD}, ROW_NUMBER() OVER (ORDER BY c.accepted_on, c._row) AS n FROM cases AS c",
        "window is not partitioned",
    ),
    unsafe(
        "window_other",
        f"{HEAD}, COUNT(*) OVER (PARTITION BY c.office) AS n FROM cases AS c",
        "window is not partitioned",
    ),
    unsafe(
        "qualify_whole",
        f"{HEAD} FROM cases AS c QUALIFY ROW_NUMBER() OVER (ORDER BY c._row) = 1",
        "window is not partitioned",
    ),
    unsafe(
        "group_other",
        "SELECT MIN(c.case_id) AS case_id, c.office AS subject_id FROM cases AS c GROUP BY c.office",
        "plain column",
    ),
    unsafe(
        "group_without_scope",
        "SELECT v.case_id, v.no AS subject_id FROM (SELECT c.office, MIN(c.case_id) AS case_id, MIN(c.case_no) AS no "
        "FROM cases AS c GROUP BY c.office) AS v",
        "plain column",
    ),
    unsafe(
        "join_other_column",
        f"{HEAD}, d.case_no AS peer FROM cases AS c JOIN cases AS d ON d.office = c.office AND d.case_id <> c.case_id",
        "not joined on the scope",
    ),
    unsafe("cross_join", f"{HEAD}, e.seq FROM cases AS c CROSS JOIN events AS e", "not joined on the scope"),
    unsafe(
        "cross_join_comma", f"{HEAD}, e.seq FROM cases AS c, events AS e WHERE e.seq = 1", "not joined on the scope"
    ),
    unsafe(
        "join_or",
        f"{HEAD}, e.seq FROM cases AS c JOIN events AS e ON e.case_id = c.case_id OR e.actor = c.office",
        "not joined on the scope",
    ),
    unsafe(
        "join_inequality",
        f"{HEAD}, e.seq FROM cases AS c JOIN events AS e ON e.case_id <= c.case_id",
        "not joined on the scope",
    ),
    unsafe(
        "join_expression",
        f"{HEAD}, e.seq FROM cases AS c JOIN events AS e ON e.case_id + 1 = c.case_id",
        "not joined on the scope",
    ),
    unsafe(
        "join_coalesce",
        f"{HEAD}, e.seq FROM cases AS c JOIN events AS e ON COALESCE(e.case_id, 0) = c.case_id",
        "not joined on the scope",
    ),
    unsafe(
        "join_negated",
        f"{HEAD}, e.seq FROM cases AS c JOIN events AS e ON NOT (e.case_id = c.case_id)",
        "not joined on the scope",
    ),
    unsafe(
        "left_join_where",
        f"{HEAD}, e.seq FROM cases AS c LEFT JOIN events AS e ON e.actor = c.office WHERE e.case_id = c.case_id",
        "not joined on the scope",
    ),
    unsafe(
        "left_join_other_side",
        "SELECT e.case_id, c.case_no AS subject_id FROM cases AS c LEFT JOIN events AS e ON e.case_id = c.case_id",
        "never empty",
    ),
    unsafe(
        "full_join",
        f"{HEAD}, e.seq FROM cases AS c FULL JOIN events AS e ON e.case_id = c.case_id",
        "never empty",
    ),
    unsafe(
        "left_from_calendar",
        "SELECT e.case_id, e.case_no AS subject_id FROM calendar AS k LEFT JOIN events AS e ON e.happened_on = k.day",
        "never empty",
    ),
    unsafe(
        "scope_of_the_calendar",
        "SELECT k.day, c.case_no AS subject_id FROM calendar AS k LEFT JOIN cases AS c ON c.accepted_on = k.day",
        "no dataset is read by the scope",
        scope=("day",),
    ),
    unsafe(
        "exists_uncorrelated",
        f"{HEAD} FROM cases AS c WHERE EXISTS (SELECT 1 AS one FROM events AS e WHERE e.seq > 1)",
        "not joined on the scope",
    ),
    unsafe(
        "exists_other_column",
        f"{HEAD} FROM cases AS c WHERE NOT EXISTS (SELECT 1 AS one FROM cases AS d WHERE d.office = c.office "
        "AND d.accepted_on < c.accepted_on)",
        "not joined on the scope",
    ),
    unsafe(
        "scalar_uncorrelated",
        f"{HEAD}, (SELECT COUNT(*) AS n FROM cases AS d) AS n FROM cases AS c",
        "not joined on the scope",
    ),
    unsafe(
        "scalar_in_order",
        f"{HEAD} FROM cases AS c WHERE c.fee > (SELECT MAX(d.fee) AS m FROM cases AS d WHERE d.office = c.office "
        "AND d.case_id <> c.case_id)",
        "not joined on the scope",
    ),
    unsafe(
        "in_other_column",
        f"{HEAD} FROM cases AS c WHERE c.office IN (SELECT r.office FROM receipts AS r)",
        "not joined on the scope",
    ),
    unsafe(
        "in_nullable",
        f"{HEAD} FROM cases AS c WHERE c.case_id NOT IN (SELECT r.case_id FROM receipts AS r)",
        "not joined on the scope",
    ),
    unsafe(
        "in_limited_by_a_window",
        f"{HEAD} FROM cases AS c WHERE c.case_id IN (SELECT e.case_id FROM events AS e "
        "QUALIFY ROW_NUMBER() OVER (ORDER BY e._row) = 1)",
        "not joined on the scope",
    ),
    unsafe(
        "union_of_another_column",
        "SELECT e.case_id, e.case_no AS subject_id FROM events AS e UNION ALL "
        "SELECT e.seq AS case_id, e.case_no AS subject_id FROM events AS e",
        "different columns",
    ),
    unsafe(
        "union_constant",
        "SELECT c.case_id, c.case_no AS subject_id FROM cases AS c UNION ALL "
        "SELECT k.work_no AS case_id, 'x' AS subject_id FROM calendar AS k WHERE k.work_no < 3",
        "",
    ),
    unsafe(
        "one_dataset_two_columns",
        "SELECT a.case_id, a.case_no AS subject_id, b.seq FROM events AS a JOIN events AS b ON b.seq = a.case_id",
        "different columns",
    ),
    unsafe(
        "view_grouped_by_another",
        f"{HEAD}, v.cases AS load FROM cases AS c JOIN office_loads AS v ON v.office = c.office",
        "a subquery is not joined on the scope",
    ),
    unsafe(
        "derived_by_another_column",
        f"{HEAD}, d.tally FROM cases AS c JOIN tallied AS d ON d.tally = c.case_id",
        "not partitioned by tally",
    ),
    unsafe(
        "cte_with_a_window",
        "WITH n AS (SELECT e.case_id, e.seq, ROW_NUMBER() OVER (ORDER BY e._row) AS n FROM events AS e) "
        f"{HEAD}, n.n FROM cases AS c JOIN n ON n.case_id = c.case_id",
        "window is not partitioned",
    ),
    unsafe(
        "cte_with_one_row",
        "WITH n AS (SELECT COUNT(*) AS n FROM events AS e) " + f"{HEAD}, n.n FROM cases AS c CROSS JOIN n",
        "not joined on the scope",
    ),
    unsafe(
        "half_of_the_scope",
        "SELECT c.office, c.case_id, c.case_no AS subject_id, COUNT(*) OVER (PARTITION BY c.office) AS n "
        "FROM cases AS c",
        "window is not partitioned by case_id",
        scope=("office", "case_id"),
    ),
    unsafe(
        "half_of_the_join",
        "SELECT c.office, c.case_id, c.case_no AS subject_id, r.receipt_no FROM cases AS c JOIN receipts AS r "
        "ON r.office = c.office",
        "not joined on the scope",
        scope=("office", "case_id"),
    ),
    unsafe(
        "peer_dataset_without_reference",
        f"{HEAD}, p.load FROM cases AS c JOIN peers AS p ON p.peer_no = c.case_no",
        "not joined on the scope",
    ),
    unsafe(
        "fees_of_a_text_and_a_number",
        "SELECT c.case_no AS key_no, c.case_no AS subject_id, e.seq FROM cases AS c JOIN events AS e "
        "ON e.case_id = c.case_id",
        "not joined on the scope",
        scope=("key_no",),
    ),
    unsafe(
        "distinct_hides_the_scope",
        "SELECT m.case_id, m.no AS subject_id FROM (SELECT DISTINCT c.office, "
        "MIN(c.case_id) OVER (PARTITION BY c.office) AS case_id, 'x' AS no FROM cases AS c) AS m",
        "plain column",
    ),
]
