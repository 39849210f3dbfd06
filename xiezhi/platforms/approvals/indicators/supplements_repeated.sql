-- Supplement notices of a case: the law allows one, with everything that is missing.
SELECT
  s.case_id,
  s.case_no                                     AS subject_id,
  CAST(COUNT(s._row) AS BIGINT)                 AS notices,
  CAST(MIN(s.notified_at) AS DATE)              AS first_on,
  CAST(MAX(s.notified_at) AS DATE)              AS last_on,
  ARRAY_AGG(s._row)                             AS ev_notice
FROM supplements AS s
WHERE s.notified_at IS NOT NULL
GROUP BY s.case_id, s.case_no
