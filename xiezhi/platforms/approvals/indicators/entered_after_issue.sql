-- When the source entered a case, against when its licence was made: the first must come before the second.
SELECT
  c.case_id,
  c.case_no                                                       AS subject_id,
  CAST(c.issued_at AS DATE)                                       AS issued_on,
  CAST(c.recorded_at AS DATE)                                     AS recorded_on,
  COALESCE(m.instant, FALSE)                                      AS instant,
  c.recorded_at_utc > c.issued_at_utc                             AS entered_after,
  CAST(c.recorded_at AS DATE) = CAST(c.issued_at AS DATE)         AS same_day,
  k2.work_no - k1.work_no                                         AS late_days,
  c._row                                                          AS ev_case
FROM cases AS c
JOIN calendar AS k1 ON k1.day = CAST(c.issued_at AS DATE)
JOIN calendar AS k2 ON k2.day = CAST(c.recorded_at AS DATE)
LEFT JOIN matters AS m ON m.matter_no = c.matter_no
WHERE c.issued_at_utc IS NOT NULL AND c.recorded_at_utc IS NOT NULL
