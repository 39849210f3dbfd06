-- The last step of a case against the deadline that the source recorded, compared as instants.
SELECT
  c.case_id,
  c.case_no                         AS subject_id,
  CAST(c.due_at AS DATE)            AS due_on,
  CAST(e.last_at AS DATE)           AS last_on,
  e.last_at_utc > c.due_at_utc      AS after_due,
  c.closed_at_utc IS NULL           AS still_open,
  c._row                            AS ev_case,
  e.last_row                        AS ev_last
FROM cases AS c
JOIN (
  SELECT
    v.case_id,
    m.last_at_utc,
    MAX(v.happened_at)  AS last_at,
    MAX(v._row)         AS last_row
  FROM case_events AS v
  JOIN (
    SELECT w.case_id, MAX(w.happened_at_utc) AS last_at_utc
    FROM case_events AS w
    GROUP BY w.case_id
  ) AS m ON m.case_id = v.case_id AND m.last_at_utc = v.happened_at_utc
  GROUP BY v.case_id, m.last_at_utc
) AS e ON e.case_id = c.case_id
WHERE c.due_at_utc IS NOT NULL
