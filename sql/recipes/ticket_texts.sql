-- One text for each ticket that is not deleted: its subject, then everything that was said, with names.
SELECT
    messages.ticket_id,
    coalesce(min(tickets.subject), '') || chr(10) || string_agg(
        coalesce(messages.author_name, messages.author_type, 'unknown')
        || CASE WHEN messages.public THEN '' ELSE ' (internal note)' END || ': ' || messages.text,
        chr(10) ORDER BY messages.created_at, messages.id
    ) AS text
FROM ticket_messages AS messages
JOIN tickets ON tickets.id = messages.ticket_id
WHERE tickets.status <> 'deleted' AND messages.text <> ''
GROUP BY messages.ticket_id
ORDER BY messages.ticket_id;
