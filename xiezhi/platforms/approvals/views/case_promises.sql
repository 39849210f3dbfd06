-- The last day of the time that the body itself promised for the matter, in working days from acceptance.
SELECT
  c.case_id,
  c.case_no,
  m.promised_days,
  k2.day                                                          AS promised_on
FROM cases AS c
JOIN matters AS m ON m.matter_no = c.matter_no
JOIN calendar AS k1 ON k1.day = CAST(c.accepted_at AS DATE)
JOIN calendar AS k2 ON k2.work_no = k1.work_no + m.promised_days AND NOT k2.is_rest
WHERE m.promised_days > 0
