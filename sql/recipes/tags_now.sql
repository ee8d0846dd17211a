-- The tags that each ticket has, and since when: the last change of each tag, if it was added.
WITH last_changes AS (
    SELECT *, row_number() OVER (PARTITION BY ticket_id, tag ORDER BY changed_at DESC, event_id DESC) AS place
    FROM ticket_tag_history
)
SELECT ticket_id, tag, changed_at AS tagged_since
FROM last_changes
WHERE place = 1 AND change = 'added'
ORDER BY ticket_id, tag;
