-- How long a requester waited for each public reply, from ticket_metric_events: one row for each run of the metric
-- reply_time. instance_id 1 is the first reply. replied_at is NULL while the requester waits; the minutes are Zendesk's
-- own, by the clock and inside the ticket's schedule.
CREATE OR REPLACE VIEW ticket_reply_times
    (ticket_id, instance_id, waiting_since, replied_at, calendar_minutes, business_minutes) AS
WITH runs AS (
    SELECT
        ticket_id, instance_id,
        min(time) FILTER (WHERE type = 'activate') AS waiting_since,
        max(time) FILTER (WHERE type = 'fulfill') AS replied_at,
        (array_agg(status ORDER BY time DESC, id DESC)
            FILTER (WHERE type = 'update_status'))[1] AS elapsed
    FROM ticket_metric_events
    WHERE metric = 'reply_time' AND instance_id > 0
    GROUP BY ticket_id, instance_id
)
SELECT
    ticket_id, instance_id, waiting_since, replied_at,
    CAST(elapsed->>'calendar' AS BIGINT), CAST(elapsed->>'business' AS BIGINT)
FROM runs;
