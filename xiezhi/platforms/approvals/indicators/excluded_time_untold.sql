-- Procedures whose time the limit does not count, and whether the applicant was told in writing of the time they need.
SELECT
  p.case_id,
  p.case_no                                                       AS subject_id,
  p.proc_no,
  p.proc_kind,
  p.started_on,
  p.ended_on,
  p.told_on,
  p.told_on IS NOT NULL                                           AS told,
  COALESCE(p.ended_on > :as_of, TRUE)                             AS still_open,
  COALESCE(p.told_on > p.ended_on, FALSE)                         AS told_after_end,
  k2.work_no - k1.work_no
    + CASE WHEN k1.is_rest THEN 0 ELSE 1 END                      AS excluded_days,
  p._row                                                          AS ev_procedure
FROM special_procedures AS p
JOIN excluded_procedures AS x
  ON x.proc_kind = p.proc_kind
  AND p.started_on >= x.valid_from
  AND (x.valid_to IS NULL OR p.started_on < x.valid_to)
JOIN calendar AS k1 ON k1.day = p.started_on
JOIN calendar AS k2 ON k2.day = COALESCE(p.ended_on, :as_of)
WHERE p.ended_on IS NULL OR p.ended_on >= p.started_on
