-- Every tag that was added to or removed from a ticket, from ticket_audits. change is 'added' or 'removed'.
CREATE OR REPLACE VIEW ticket_tag_history
    (ticket_id, tag, change, changed_at, author_id, audit_id, event_id) AS
WITH changes AS (
    SELECT
        audit.id AS audit_id, audit.ticket_id, audit.created_at, audit.author_id, event,
        CAST(event->>'id' AS BIGINT) AS event_id
    FROM ticket_audits AS audit
    CROSS JOIN LATERAL jsonb_path_query(CAST(audit.events AS JSONB), '$[*]') AS event
    WHERE event->>'type' IN ('Create', 'Change') AND event->>'field_name' = 'tags'
),
sides AS (
    SELECT *, 'added' AS change, event->'value' AS tags FROM changes
    UNION ALL
    SELECT *, 'removed' AS change, event->'previous_value' AS tags FROM changes
),
-- A list, or text with spaces between the tags.
tagged AS (
    SELECT sides.*, tag
    FROM sides
    CROSS JOIN LATERAL jsonb_array_elements_text(
        CASE jsonb_typeof(tags)
            WHEN 'array' THEN tags
            WHEN 'string' THEN to_jsonb(string_to_array(tags #>> '{}', ' '))
        END
    ) AS tag
)
-- A tag that is on both sides has not changed.
SELECT ticket_id, tag, min(change), created_at, author_id, audit_id, event_id
FROM tagged
WHERE tag != ''
GROUP BY ticket_id, tag, created_at, author_id, audit_id, event_id
HAVING count(DISTINCT change) = 1;
