-- Working days from receipt until the applicant was told what is missing; without a notice, until the day of evaluation.
-- A case that was accepted, or ended otherwise, without a notice needed none.
SELECT
  c.case_id,
  c.case_no                                                       AS subject_id,
  CAST(c.received_at AS DATE)                                     AS received_on,
  CAST(n.notified_at AS DATE)                                     AS told_on,
  n.case_id IS NOT NULL                                           AS told,
  k2.work_no - k1.work_no                                         AS used_days,
  param('supplement_days', CAST(c.received_at AS DATE))           AS limit_days,
  used_days - limit_days                                          AS overdue_days,
  c._row                                                          AS ev_case,
  n.notice_row                                                    AS ev_notice
FROM cases AS c
LEFT JOIN (
  SELECT
    s.case_id,
    s.notified_at,
    s._row                                                        AS notice_row,
    ROW_NUMBER() OVER (PARTITION BY s.case_id ORDER BY s.notified_at_utc, s._row) AS ordinal
  FROM supplements AS s
  WHERE s.notified_at IS NOT NULL
) AS n ON n.case_id = c.case_id AND n.ordinal = 1
JOIN calendar AS k1 ON k1.day = CAST(c.received_at AS DATE)
JOIN calendar AS k2 ON k2.day = COALESCE(CAST(n.notified_at AS DATE), :as_of)
WHERE n.case_id IS NOT NULL
  OR (c.accepted_at IS NULL AND c.outcome IS NULL)
