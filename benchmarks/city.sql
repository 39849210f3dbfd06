-- Facts of approvals by arithmetic alone: {cases} cases in their order, eight steps each. Nothing is drawn.
CREATE OR REPLACE MACRO spread(i, salt, n) AS CAST(hash(i * 31 + salt) % n AS BIGINT);
CREATE OR REPLACE MACRO began(i) AS
    TIMESTAMP '2020-01-01 09:00:00' + to_days(CAST(spread(i, 1, 1500) AS INTEGER)) + to_seconds(spread(i, 2, 25000));
CREATE OR REPLACE MACRO ended(i) AS
    CASE WHEN spread(i, 3, 50) > 0 THEN began(i) + to_days(CAST(1 + spread(i, 4, 28) AS INTEGER)) END;
CREATE OR REPLACE VIEW numbers AS SELECT i FROM range({cases}) AS t(i);
CREATE OR REPLACE VIEW cases_ AS
SELECT
    'C' || i AS case_no, i AS case_id, 'M' || spread(i, 5, 40) AS matter_no, 'D' || spread(i, 5, 20) AS department,
    spread(i, 6, 5000) AS applicant, spread(i, 7, 400) AS responsible,
    began(i) AS received_at, began(i) AS received_at_utc, began(i) AS accepted_at, began(i) AS accepted_at_utc,
    ended(i) AS decided_at, ended(i) AS decided_at_utc, ended(i) AS closed_at, ended(i) AS closed_at_utc,
    ended(i) + INTERVAL 1 DAY AS issued_at, ended(i) + INTERVAL 1 DAY AS issued_at_utc,
    ended(i) + to_days(CAST(spread(i, 8, 16) AS INTEGER)) AS delivered_at, delivered_at AS delivered_at_utc,
    began(i) + INTERVAL 28 DAY AS due_at, began(i) + INTERVAL 28 DAY AS due_at_utc,
    began(i) + to_days(CAST(spread(i, 9, 4) AS INTEGER)) AS recorded_at, recorded_at AS recorded_at_utc,
    CASE WHEN ended(i) IS NOT NULL THEN 'granted' END AS outcome, 0 AS extension_days, false AS joint, true AS qualified,
    i + 1 AS _row
FROM numbers;
CREATE OR REPLACE VIEW case_events_ AS
SELECT
    'C' || i AS case_no, i AS case_id, 'step ' || s AS activity, CASE WHEN s < 8 THEN 'CP' || s END AS checkpoint,
    spread(i * 8 + s, 10, 400) AS actor,
    began(i) + to_hours(CAST(s * spread(i, 4, 28) * 3 AS INTEGER)) + to_seconds(s) AS happened_at,
    happened_at AS happened_at_utc, happened_at AS recorded_at, happened_at AS recorded_at_utc, 1 AS occurrence,
    i * 8 + s AS _row
FROM (SELECT n // 8 AS i, n % 8 + 1 AS s FROM range({cases} * 8) AS t(n));
CREATE OR REPLACE VIEW supplements_ AS
SELECT 'C' || i AS case_no, i AS case_id, CAST(s AS VARCHAR) AS notice_no,
    began(i) + to_days(CAST(s AS INTEGER)) AS notified_at, notified_at AS notified_at_utc, i * 2 + s AS _row
FROM (SELECT n // 2 AS i, n % 2 + 1 AS s FROM range({cases} * 2) AS t(n)) WHERE spread(i, 11, 100) < 13 - 12 * (s - 1);
CREATE OR REPLACE VIEW special_procedures_ AS
SELECT 'C' || i AS case_no, i AS case_id, '1' AS proc_no, 'expert_review' AS proc_kind,
    CAST(began(i) AS DATE) + 2 AS started_on, CAST(began(i) AS DATE) + 9 AS ended_on,
    CASE WHEN spread(i, 12, 20) > 0 THEN CAST(began(i) AS DATE) + 1 END AS told_on, i + 1 AS _row
FROM numbers WHERE spread(i, 13, 100) < 12;
CREATE OR REPLACE VIEW receipts_ AS
SELECT 'R' || i AS receipt_no, 'C' || i AS case_no, i AS case_id, 'fee' AS income_kind, 5000 AS amount,
    CAST(ended(i) AS DATE) AS received_on, i + 1 AS _row
FROM numbers WHERE spread(i, 14, 100) < 7 AND ended(i) IS NOT NULL;
CREATE OR REPLACE VIEW deposits_ AS
SELECT 'P' || i AS deposit_no, 'R' || i AS receipt_no, 5000 AS amount,
    CAST(ended(i) AS DATE) + CAST(spread(i, 15, 4) AS INTEGER) AS deposited_on, i + 1 AS _row
FROM numbers WHERE spread(i, 14, 100) < 7 AND ended(i) IS NOT NULL AND spread(i, 16, 50) > 0;
CREATE OR REPLACE VIEW ratings_ AS
SELECT 'G' || i AS rating_no, 'C' || i AS case_no, i AS case_id,
    CASE WHEN spread(i, 17, 30) = 0 THEN 'dissatisfied' ELSE 'satisfied' END AS grade,
    ended(i) + INTERVAL 2 DAY AS rated_at, rated_at AS rated_at_utc, CAST(rated_at AS DATE) + 5 AS handled_on,
    i + 1 AS _row
FROM numbers WHERE spread(i, 18, 100) < 33 AND ended(i) IS NOT NULL;
CREATE OR REPLACE VIEW matters_ AS
SELECT 'M' || i AS matter_no, i <> 39 AS listed, DATE '2019-01-01' AS listed_from, 20 AS statutory_days,
    false AS instant, i < 3 AS quantity_limited, false AS other_law,
    CASE WHEN i % 4 > 0 THEN 'decision no. 1' END AS fee_basis, 5000 AS fee_standard, i + 1 AS _row
FROM range(40) AS t(i);
CREATE OR REPLACE VIEW matter_steps_ AS
SELECT 'M' || i AS matter_no, 'CP' || s AS checkpoint, 4 AS limit_days, i * 8 + s AS _row
FROM range(40) AS t(i), range(4, 8) AS steps(s);
