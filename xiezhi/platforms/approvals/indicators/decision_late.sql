-- Working days from acceptance to decision, excluded time aside, against the limit of the case.
SELECT
  c.case_id,
  c.case_no                                                       AS subject_id,
  c.decided_at IS NULL                                            AS still_open,
  CAST(c.accepted_at AS DATE)                                     AS accepted_on,
  CAST(c.decided_at AS DATE)                                      AS decided_on,
  k.used_days,
  k.paused_days                                                   AS excluded_days,
  s.limit_days,
  k.used_days - s.limit_days                                      AS overdue_days,
  k.due_on,
  k.provisional,
  NOT COALESCE(param('untold_time_is_excluded', CAST(c.accepted_at AS DATE)), TRUE) AS notice_required,
  MIN(c._row)                                                     AS ev_case,
  ARRAY_AGG(p._row) FILTER (WHERE x.named IS NOT NULL)            AS ev_pause
FROM cases AS c
JOIN decision_spans AS s ON s.case_id = c.case_id
JOIN decision_clock AS k ON k.case_id = c.case_id
LEFT JOIN special_procedures AS p ON p.case_id = c.case_id
LEFT JOIN excluded_procedures AS x
  ON x.proc_kind = p.proc_kind
  AND p.started_on >= x.valid_from
  AND (x.valid_to IS NULL OR p.started_on < x.valid_to)
GROUP BY
  c.case_id, c.case_no, c.accepted_at, c.decided_at, k.used_days, k.paused_days, s.limit_days, k.due_on, k.provisional
