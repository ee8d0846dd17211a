-- Of all targets that were met or missed, how many each policy and metric met. Scheduled breaches do not count yet.
SELECT
    policy_title,
    metric,
    count(*) AS targets,
    count(*) FILTER (WHERE breached_at IS NULL) AS met,
    round(100.0 * count(*) FILTER (WHERE breached_at IS NULL) / count(*), 1) AS met_percent
FROM ticket_sla_policies
WHERE replaced_at IS NULL AND (fulfilled_at IS NOT NULL OR breached_at <= CURRENT_TIMESTAMP)
GROUP BY policy_title, metric
ORDER BY policy_title, metric;
