-- From acceptance to decision (or to the day of evaluation), with the limit of the case.
-- Joint handling has a limit of its own, without the reservation for other laws (Art. 42, second paragraph). Otherwise
-- the matter's own statutory limit goes before the general one; a matter under another law whose days nobody entered
-- has no limit that we know, and none is made up. An extension counts up to what the law allows.
SELECT
  c.case_id,
  CAST(c.accepted_at AS DATE)                                     AS start_on,
  COALESCE(CAST(c.decided_at AS DATE), :as_of)                    AS end_on,
  CASE
    WHEN c.joint
      THEN param('joint_days', CAST(c.accepted_at AS DATE))
        + LEAST(GREATEST(COALESCE(c.extension_days, 0), 0), param('joint_extension_days_max', CAST(c.accepted_at AS DATE)))
    ELSE
      COALESCE(
        NULLIF(m.statutory_days, 0),
        CASE WHEN m.other_law THEN NULL ELSE param('decision_days', CAST(c.accepted_at AS DATE)) END
      ) + LEAST(GREATEST(COALESCE(c.extension_days, 0), 0), param('extension_days_max', CAST(c.accepted_at AS DATE)))
  END                                                             AS limit_days
FROM cases AS c
LEFT JOIN matters AS m ON m.matter_no = c.matter_no
WHERE c.accepted_at IS NOT NULL
  AND NOT COALESCE(m.instant, FALSE)
  AND (c.outcome IS NULL OR c.outcome NOT IN ('not_accepted', 'withdrawn', 'terminated'))
  AND (c.decided_at IS NOT NULL OR c.outcome IS NULL OR c.outcome NOT IN ('granted', 'refused'))
