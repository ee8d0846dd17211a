-- How often agents have changed each custom field, with the field's title.
SELECT ticket_fields.title, count(*) AS changes, count(DISTINCT history.ticket_id) AS tickets
FROM ticket_field_history AS history
JOIN ticket_fields ON CAST(ticket_fields.id AS VARCHAR) = history.field_name
WHERE history.author_id > 0
GROUP BY ticket_fields.id, ticket_fields.title
ORDER BY changes DESC, ticket_fields.title;
