-- What each step of a case took: from the step before it to its own time. The first step of a case has none before it.
SELECT
  s.case_id,
  s.case_no,
  s.checkpoint,
  s.step_row,
  s.started_at_utc,
  s.started_on,
  s.ended_on,
  k2.work_no - k1.work_no                                         AS used_days
FROM (
  SELECT
    e.case_id,
    e.case_no,
    e.checkpoint,
    e._row                                                        AS step_row,
    CAST(e.happened_at AS DATE)                                   AS ended_on,
    LAG(e.happened_at_utc) OVER (PARTITION BY e.case_id ORDER BY e.happened_at_utc, e._row) AS started_at_utc,
    CAST(LAG(e.happened_at) OVER (PARTITION BY e.case_id ORDER BY e.happened_at_utc, e._row) AS DATE) AS started_on
  FROM case_events AS e
) AS s
JOIN calendar AS k1 ON k1.day = s.started_on
JOIN calendar AS k2 ON k2.day = s.ended_on
WHERE s.checkpoint IS NOT NULL
