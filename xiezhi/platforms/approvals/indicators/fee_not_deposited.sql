-- From the day money was received until all of it had been paid into the treasury (or the day of evaluation).
-- Deposits of a receipt are added up in order of their days; the day on which they reach the amount received is the end.
SELECT
  r.receipt_no,
  r.case_no                                                       AS subject_id,
  r.received_on,
  r.amount                                                        AS received_amount,
  COALESCE(d.paid_in, 0)                                          AS deposited_amount,
  r.amount - COALESCE(d.paid_in, 0)                               AS missing_amount,
  f.full_on,
  f.full_on IS NULL                                               AS still_open,
  k2.work_no - k1.work_no                                         AS used_days,
  param('deposit_days', r.received_on)                            AS limit_days,
  used_days - limit_days                                          AS overdue_days,
  r._row                                                          AS ev_receipt,
  d.last_row                                                      AS ev_deposit
FROM receipts AS r
LEFT JOIN (
  SELECT
    p.receipt_no,
    CAST(SUM(p.amount) AS BIGINT)                                 AS paid_in,
    MAX(p._row)                                                   AS last_row
  FROM deposits AS p
  GROUP BY p.receipt_no
) AS d ON d.receipt_no = r.receipt_no
LEFT JOIN (
  SELECT q.receipt_no, MIN(s.deposited_on) AS full_on
  FROM receipts AS q
  JOIN (
    SELECT
      t.receipt_no,
      t.deposited_on,
      CAST(SUM(t.amount) OVER (
        PARTITION BY t.receipt_no ORDER BY t.deposited_on, t._row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ) AS BIGINT)                                                AS so_far
    FROM deposits AS t
  ) AS s ON s.receipt_no = q.receipt_no AND s.so_far >= q.amount
  GROUP BY q.receipt_no
) AS f ON f.receipt_no = r.receipt_no
JOIN calendar AS k1 ON k1.day = r.received_on
JOIN calendar AS k2 ON k2.day = COALESCE(f.full_on, :as_of)
WHERE r.amount > 0
