-- Working days from acceptance to decision of cases that can be compared: one matter, an applicant, no special procedure.
SELECT
  c.matter_no,
  c.applicant,
  c.case_id,
  CAST(c.decided_at AS DATE)                                      AS decided_on,
  k2.work_no - k1.work_no                                         AS used_days
FROM cases AS c
JOIN calendar AS k1 ON k1.day = CAST(c.accepted_at AS DATE)
JOIN calendar AS k2 ON k2.day = CAST(c.decided_at AS DATE)
LEFT JOIN matters AS m ON m.matter_no = c.matter_no
WHERE c.matter_no IS NOT NULL
  AND c.applicant IS NOT NULL
  AND c.decided_at >= c.accepted_at
  AND NOT COALESCE(m.instant, FALSE)
  AND (c.outcome IS NULL OR c.outcome NOT IN ('not_accepted', 'withdrawn', 'terminated'))
  AND NOT EXISTS (SELECT p._row FROM special_procedures AS p WHERE p.case_id = c.case_id)
