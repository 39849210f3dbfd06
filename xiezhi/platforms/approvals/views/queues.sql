-- Who stands in line for a matter of limited quantity: accepted, qualified, not withdrawn.
SELECT
  m.matter_no,
  c.case_id,
  c.case_no,
  c.accepted_at_utc,
  CAST(c.accepted_at AS DATE)                                     AS accepted_on,
  CAST(c.decided_at AS DATE)                                      AS decided_on,
  CASE WHEN c.outcome = 'granted' THEN CAST(c.decided_at AS DATE) END AS granted_on
FROM cases AS c
JOIN matters AS m ON m.matter_no = c.matter_no
WHERE m.quantity_limited
  AND NOT COALESCE(m.other_law, FALSE)
  AND c.qualified
  AND c.accepted_at IS NOT NULL
  AND (c.outcome IS NULL OR c.outcome IN ('granted', 'refused'))
