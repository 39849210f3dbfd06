-- What a case was charged, refunds taken off, against the basis and the published standard of its matter. Money is 分.
SELECT
  r.case_id,
  r.case_no                                                       AS subject_id,
  m.matter_no,
  m.fee_basis,
  COALESCE(TRIM(m.fee_basis) <> '', FALSE)                        AS has_basis,
  CAST(SUM(r.amount) AS BIGINT)                                   AS received_amount,
  NULLIF(m.fee_standard, -1)                                      AS standard_amount,
  CAST(SUM(r.amount) AS BIGINT) - NULLIF(m.fee_standard, -1)      AS over_amount,
  MIN(r.received_on)                                              AS first_on,
  ARRAY_AGG(r._row)                                               AS ev_receipt,
  MIN(c._row)                                                     AS ev_case,
  MIN(m._row)                                                     AS ev_matter
FROM receipts AS r
JOIN cases AS c ON c.case_id = r.case_id
JOIN matters AS m ON m.matter_no = c.matter_no
GROUP BY r.case_id, r.case_no, m.matter_no, m.fee_basis, m.fee_standard
