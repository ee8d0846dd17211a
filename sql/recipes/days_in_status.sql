-- How many days each ticket has spent in each status that it has left.
SELECT
    ticket_id,
    value AS status,
    round(CAST(sum(extract(epoch FROM valid_until - valid_from)) AS NUMERIC) / 86400, 2) AS days
FROM ticket_field_history
WHERE field_name = 'status' AND valid_until IS NOT NULL
GROUP BY ticket_id, value
ORDER BY ticket_id, days DESC;
