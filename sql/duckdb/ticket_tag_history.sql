-- Every tag that was added to or removed from a ticket, from ticket_audits. change is 'added' or 'removed'.
CREATE OR REPLACE VIEW ticket_tag_history
    (ticket_id, tag, change, changed_at, author_id, audit_id, event_id) AS
WITH audit_events AS (
    SELECT id AS audit_id, ticket_id, created_at, author_id, unnest(CAST(events AS JSON[])) AS event
    FROM ticket_audits
),
changes AS (
    SELECT *, CAST(event->>'id' AS BIGINT) AS event_id
    FROM audit_events
    WHERE (event->>'type') IN ('Create', 'Change') AND (event->>'field_name') = 'tags'
),
sides AS (
    SELECT *, 'added' AS change, event->'value' AS tags FROM changes
    UNION ALL
    SELECT *, 'removed' AS change, event->'previous_value' AS tags FROM changes
),
-- A list, or text with spaces between the tags.
tagged AS (
    SELECT *, unnest(
        CASE json_type(tags)
            WHEN 'ARRAY' THEN CAST(tags AS VARCHAR[])
            WHEN 'VARCHAR' THEN string_split(tags->>'$', ' ')
        END
    ) AS tag
    FROM sides
)
-- A tag that is on both sides has not changed.
SELECT ticket_id, tag, min(change), created_at, author_id, audit_id, event_id
FROM tagged
WHERE tag != ''
GROUP BY ticket_id, tag, created_at, author_id, audit_id, event_id
HAVING count(DISTINCT change) = 1;
