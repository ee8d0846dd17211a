-- As ticket_field_history, but from ticket_events, which also contain archived and deleted tickets. They name a changed
-- field by a key of its own among others that say how it was changed; those are listed here.
CREATE OR REPLACE VIEW ticket_event_field_history
    (ticket_id, field_name, value, previous_value, valid_from, valid_until, author_id, audit_id, event_id) AS
WITH child_events AS (
    SELECT audit.id AS audit_id, audit.ticket_id, audit.created_at, audit.updater_id, event
    FROM ticket_events AS audit
    CROSS JOIN LATERAL jsonb_path_query(CAST(audit.child_events AS JSONB), '$[*]') AS event
    WHERE event->>'event_type' IN ('Create', 'Change')
),
changes AS (
    SELECT child_events.*, field_name, value
    FROM child_events
    CROSS JOIN LATERAL jsonb_each_text(event) AS member (field_name, value)
    WHERE field_name NOT IN ('id', 'event_type', 'via', 'via_reference_id', 'rel', 'revision_id', 'metadata',
                             'previous_value', 'added_tags', 'removed_tags', 'custom_ticket_fields')
    UNION ALL
    SELECT child_events.*, field_name, value
    FROM child_events
    CROSS JOIN LATERAL jsonb_each_text(event->'custom_ticket_fields') AS member (field_name, value)
)
SELECT
    ticket_id, field_name, value, event->>'previous_value', created_at,
    lead(created_at) OVER (
        PARTITION BY ticket_id, field_name ORDER BY created_at, audit_id, CAST(event->>'id' AS BIGINT)
    ),
    updater_id, audit_id, CAST(event->>'id' AS BIGINT)
FROM changes;
