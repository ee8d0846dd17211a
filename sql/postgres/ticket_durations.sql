-- The durations of ticket_metrics as plain columns: minutes by the clock (calendar) and inside the ticket's schedule
-- (business). NULL means that it has not happened.
CREATE OR REPLACE VIEW ticket_durations
    (ticket_id, created_at, solved_at, replies, reopens,
     first_reply_calendar_minutes, first_reply_business_minutes,
     first_resolution_calendar_minutes, first_resolution_business_minutes,
     full_resolution_calendar_minutes, full_resolution_business_minutes,
     requester_wait_calendar_minutes, requester_wait_business_minutes,
     agent_wait_calendar_minutes, agent_wait_business_minutes,
     on_hold_calendar_minutes, on_hold_business_minutes) AS
SELECT
    ticket_id, created_at, solved_at, replies, reopens,
    CAST(reply_time_in_minutes->>'calendar' AS BIGINT), CAST(reply_time_in_minutes->>'business' AS BIGINT),
    CAST(first_resolution_time_in_minutes->>'calendar' AS BIGINT),
    CAST(first_resolution_time_in_minutes->>'business' AS BIGINT),
    CAST(full_resolution_time_in_minutes->>'calendar' AS BIGINT),
    CAST(full_resolution_time_in_minutes->>'business' AS BIGINT),
    CAST(requester_wait_time_in_minutes->>'calendar' AS BIGINT),
    CAST(requester_wait_time_in_minutes->>'business' AS BIGINT),
    CAST(agent_wait_time_in_minutes->>'calendar' AS BIGINT),
    CAST(agent_wait_time_in_minutes->>'business' AS BIGINT),
    CAST(on_hold_time_in_minutes->>'calendar' AS BIGINT), CAST(on_hold_time_in_minutes->>'business' AS BIGINT)
FROM ticket_metrics;
