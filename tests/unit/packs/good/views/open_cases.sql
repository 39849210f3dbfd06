SELECT case_id, case_no, CAST(accepted_at AS DATE) AS start_on FROM cases WHERE closed_at IS NULL
