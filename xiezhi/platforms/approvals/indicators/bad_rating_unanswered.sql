-- Working days from a bad rating (the two lowest of the five grades) until it was answered.
SELECT
  r.case_id,
  r.rating_no,
  r.case_no                                              AS subject_id,
  r.grade,
  CAST(r.rated_at AS DATE)                               AS rated_on,
  r.handled_on,
  r.handled_on IS NULL                                   AS still_open,
  k2.work_no - k1.work_no                                AS used_days,
  param('rating_days', CAST(r.rated_at AS DATE))         AS limit_days,
  used_days - limit_days                                 AS overdue_days,
  r._row                                                 AS ev_rating
FROM ratings AS r
JOIN calendar AS k1 ON k1.day = CAST(r.rated_at AS DATE)
JOIN calendar AS k2 ON k2.day = COALESCE(r.handled_on, :as_of)
WHERE r.grade IN ('dissatisfied', 'very_dissatisfied')
