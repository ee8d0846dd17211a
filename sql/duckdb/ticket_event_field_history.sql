-- As ticket_field_history, but from ticket_events, which also contain archived and deleted tickets. They name a changed
-- field by a key of its own among others that say how it was changed; those are listed here.
CREATE OR REPLACE VIEW ticket_event_field_history
    (ticket_id, field_name, value, previous_value, valid_from, valid_until, author_id, audit_id, event_id) AS
WITH child_events AS (
    SELECT id AS audit_id, ticket_id, created_at, updater_id, unnest(CAST(child_events AS JSON[])) AS event
    FROM ticket_events
),
members AS (
    SELECT child_events.*, member.key, member.value AS member
    FROM child_events, json_each(event) AS member
    WHERE (event->>'event_type') IN ('Create', 'Change')
),
changes AS (
    SELECT * EXCLUDE (key, member), key AS field_name, member->>'$' AS value
    FROM members
    WHERE key NOT IN ('id', 'event_type', 'via', 'via_reference_id', 'rel', 'revision_id', 'metadata', 'previous_value',
                      'added_tags', 'removed_tags', 'custom_ticket_fields')
    UNION ALL
    SELECT members.* EXCLUDE (key, member), field.key, field.value->>'$'
    FROM members, json_each(member) AS field
    WHERE members.key = 'custom_ticket_fields'
)
SELECT
    ticket_id, field_name, value, event->>'previous_value', created_at,
    lead(created_at) OVER (
        PARTITION BY ticket_id, field_name ORDER BY created_at, audit_id, CAST(event->>'id' AS BIGINT)
    ),
    updater_id, audit_id, CAST(event->>'id' AS BIGINT)
FROM changes;
