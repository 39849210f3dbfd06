-- The deadline that the source itself recorded, against the end that it recorded, compared as instants.
-- An open case is measured at the end of the day it is looked at.
SELECT
  c.case_id,
  c.case_no                                              AS subject_id,
  c.closed_at_utc IS NULL                                AS still_open,
  CAST(c.due_at AS DATE)                                 AS due_on,
  CAST(c.closed_at AS DATE)                              AS closed_on,
  CASE
    WHEN c.closed_at_utc IS NOT NULL THEN c.closed_at_utc > c.due_at_utc
    ELSE CAST(c.due_at AS DATE) < :as_of
  END                                                    AS missed,
  k2.work_no - k1.work_no                                AS late_days,
  c._row                                                 AS ev_case
FROM cases AS c
JOIN calendar AS k1 ON k1.day = CAST(c.due_at AS DATE)
JOIN calendar AS k2 ON k2.day = COALESCE(CAST(c.closed_at AS DATE), :as_of)
WHERE c.due_at_utc IS NOT NULL
