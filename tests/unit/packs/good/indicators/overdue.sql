SELECT c.case_id, c.case_no AS subject_id, k2.work_no - k1.work_no AS used_days,
  param('decision_days', CAST(c.accepted_at AS DATE)) AS limit_days, CAST(c.accepted_at AS DATE) AS accepted_on,
  c._row AS ev_case
FROM cases AS c
JOIN calendar AS k1 ON k1.day = CAST(c.accepted_at AS DATE)
JOIN calendar AS k2 ON k2.day = COALESCE(CAST(c.closed_at AS DATE), :as_of)
