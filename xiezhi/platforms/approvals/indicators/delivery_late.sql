-- Working days from the decision to grant until the licence is delivered, against the limit in force on the day of the decision.
SELECT
  c.case_id,
  c.case_no                                                     AS subject_id,
  c.delivered_at IS NULL                                        AS still_open,
  CAST(c.decided_at AS DATE)                                    AS decided_on,
  CAST(c.delivered_at AS DATE)                                  AS delivered_on,
  k2.work_no - k1.work_no                                       AS used_days,
  param('delivery_days', CAST(c.decided_at AS DATE))            AS limit_days,
  used_days - limit_days                                        AS overdue_days,
  c._row                                                        AS ev_case
FROM cases AS c
JOIN calendar AS k1 ON k1.day = CAST(c.decided_at AS DATE)
JOIN calendar AS k2 ON k2.day = COALESCE(CAST(c.delivered_at AS DATE), :as_of)
WHERE c.outcome = 'granted'
