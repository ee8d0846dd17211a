-- Every value that a field of a ticket has had, from ticket_audits: one row for each Create and Change.
-- field_name is a column of tickets or the id of a custom field, as text; a list is JSON text.
-- valid_until is NULL for the value that the field has now.
CREATE OR REPLACE VIEW ticket_field_history
    (ticket_id, field_name, value, previous_value, valid_from, valid_until, author_id, audit_id, event_id) AS
WITH audit_events AS (
    SELECT id AS audit_id, ticket_id, created_at, author_id, unnest(CAST(events AS JSON[])) AS event
    FROM ticket_audits
),
changes AS (
    SELECT *, event->>'field_name' AS field_name, CAST(event->>'id' AS BIGINT) AS event_id
    FROM audit_events
    WHERE (event->>'type') IN ('Create', 'Change')
)
SELECT
    ticket_id, field_name, event->>'value', event->>'previous_value', created_at,
    lead(created_at) OVER (PARTITION BY ticket_id, field_name ORDER BY created_at, audit_id, event_id),
    author_id, audit_id, event_id
FROM changes;
