-- The days on which the steps of a fine first happened, and the working days between them: one pass over the events.
-- The log holds days, so two steps of one day are in no order.
SELECT
  d.case_id,
  d.case_no AS subject_id,
  d.created_on,
  d.notified_on,
  d.sent_on,
  d.appealed_on,
  d.forwarded_on,
  d.answered_on,
  d.told_on,
  COALESCE(d.issuer = d.defender, FALSE) AS same_officer,
  k_sent.work_no - k_created.work_no AS send_used,
  param('send_days', d.created_on) AS send_limit,
  k_forwarded.work_no - k_appealed.work_no AS forward_used,
  param('forward_days', d.appealed_on) AS forward_limit,
  k_told.work_no - k_answered.work_no AS tell_used,
  param('tell_days', d.answered_on) AS tell_limit,
  d.created_row AS ev_created,
  d.notified_row AS ev_notified,
  d.sent_row AS ev_sent,
  d.appealed_row AS ev_appealed,
  d.forwarded_row AS ev_forwarded,
  d.answered_row AS ev_answered,
  d.told_row AS ev_told,
  d.judged_row AS ev_judged
FROM (
  SELECT
    e.case_id,
    e.case_no,
    MIN(CASE WHEN e.activity = 'Create Fine' THEN CAST(e.happened_at AS DATE) END) AS created_on,
    MIN(CASE WHEN e.activity = 'Send Fine' THEN CAST(e.happened_at AS DATE) END) AS sent_on,
    MIN(CASE WHEN e.activity = 'Insert Fine Notification' THEN CAST(e.happened_at AS DATE) END) AS notified_on,
    MIN(CASE WHEN e.activity = 'Insert Date Appeal to Prefecture' THEN CAST(e.happened_at AS DATE) END) AS appealed_on,
    MIN(CASE WHEN e.activity = 'Send Appeal to Prefecture' THEN CAST(e.happened_at AS DATE) END) AS forwarded_on,
    MIN(CASE WHEN e.activity = 'Receive Result Appeal from Prefecture' THEN CAST(e.happened_at AS DATE) END)
      AS answered_on,
    MIN(CASE WHEN e.activity = 'Notify Result Appeal to Offender' THEN CAST(e.happened_at AS DATE) END) AS told_on,
    MIN(CASE WHEN e.activity = 'Create Fine' THEN e.actor END) AS issuer,
    MIN(CASE WHEN e.activity = 'Appeal to Judge' THEN e.actor END) AS defender,
    MIN(e._row) FILTER (WHERE e.activity = 'Create Fine') AS created_row,
    MIN(e._row) FILTER (WHERE e.activity = 'Send Fine') AS sent_row,
    MIN(e._row) FILTER (WHERE e.activity = 'Insert Fine Notification') AS notified_row,
    MIN(e._row) FILTER (WHERE e.activity = 'Insert Date Appeal to Prefecture') AS appealed_row,
    MIN(e._row) FILTER (WHERE e.activity = 'Send Appeal to Prefecture') AS forwarded_row,
    MIN(e._row) FILTER (WHERE e.activity = 'Receive Result Appeal from Prefecture') AS answered_row,
    MIN(e._row) FILTER (WHERE e.activity = 'Notify Result Appeal to Offender') AS told_row,
    MIN(e._row) FILTER (WHERE e.activity = 'Appeal to Judge') AS judged_row
  FROM case_events AS e
  WHERE e.activity IN (
    'Create Fine', 'Send Fine', 'Insert Fine Notification', 'Insert Date Appeal to Prefecture',
    'Send Appeal to Prefecture', 'Receive Result Appeal from Prefecture', 'Notify Result Appeal to Offender',
    'Appeal to Judge'
  )
  GROUP BY e.case_id, e.case_no
) AS d
LEFT JOIN calendar AS k_created ON k_created.day = d.created_on
LEFT JOIN calendar AS k_sent ON k_sent.day = d.sent_on
LEFT JOIN calendar AS k_appealed ON k_appealed.day = d.appealed_on
LEFT JOIN calendar AS k_forwarded ON k_forwarded.day = d.forwarded_on
LEFT JOIN calendar AS k_answered ON k_answered.day = d.answered_on
LEFT JOIN calendar AS k_told ON k_told.day = d.told_on
