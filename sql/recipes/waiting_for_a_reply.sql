-- Tickets whose requester waits for a reply now, the longest first, with the schedule that counts their business hours.
SELECT tickets.id, tickets.subject, tickets.status, replies.waiting_since, schedules.schedule_name
FROM ticket_reply_times AS replies
JOIN tickets ON tickets.id = replies.ticket_id
LEFT JOIN ticket_schedules AS schedules
    ON schedules.ticket_id = tickets.id AND schedules.assigned_until IS NULL
WHERE replies.replied_at IS NULL AND tickets.status IN ('new', 'open')
ORDER BY replies.waiting_since, tickets.id;
