-- The median time to the first reply of each month's tickets, by the clock and in business hours.
SELECT
    extract(year FROM created_at) AS year,
    extract(month FROM created_at) AS month,
    count(first_reply_calendar_minutes) AS answered_tickets,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY first_reply_calendar_minutes) AS calendar_minutes,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY first_reply_business_minutes) AS business_minutes
FROM ticket_durations
GROUP BY 1, 2
ORDER BY 1, 2;
