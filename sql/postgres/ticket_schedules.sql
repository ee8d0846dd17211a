-- The schedules that were assigned to a ticket, from the events ScheduleAssignment of ticket_audits, with their names
-- from schedules. assigned_until is NULL for the last one. A ticket to which none was assigned has no row.
CREATE OR REPLACE VIEW ticket_schedules
    (ticket_id, schedule_id, schedule_name, time_zone, previous_schedule_id, assigned_from, assigned_until,
     author_id, audit_id, event_id) AS
WITH assignments AS (
    SELECT
        audit.id AS audit_id, audit.ticket_id, audit.created_at, audit.author_id,
        CAST(event->>'id' AS BIGINT) AS event_id,
        CAST(event->>'new_schedule_id' AS BIGINT) AS schedule_id,
        CAST(event->>'previous_schedule_id' AS BIGINT) AS previous_schedule_id
    FROM ticket_audits AS audit
    CROSS JOIN LATERAL jsonb_path_query(CAST(audit.events AS JSONB), '$[*]') AS event
    WHERE event->>'type' = 'ScheduleAssignment'
)
SELECT
    ticket_id, schedule_id, schedules.name, schedules.time_zone, previous_schedule_id, assignments.created_at,
    lead(assignments.created_at) OVER (PARTITION BY ticket_id ORDER BY assignments.created_at, audit_id, event_id),
    author_id, audit_id, event_id
FROM assignments
LEFT JOIN schedules ON schedules.id = schedule_id;
