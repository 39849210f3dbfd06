-- The rows of one batch that are at fault, as JSON of the headings that feed the dataset.
SELECT left(CAST(json_object({fields}) AS VARCHAR), 4000) AS row_text FROM rejected
