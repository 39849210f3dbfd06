SELECT r.rule AS rule, $level AS level, $outputs
FROM (SELECT $columns, $levels FROM ($query) AS m) AS l
CROSS JOIN (VALUES $rules) AS r(rule)
WHERE ($any) AND $level IS NOT NULL
