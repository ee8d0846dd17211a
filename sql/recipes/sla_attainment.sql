-- Of the targets of finished runs, how many each policy met.
SELECT
    policy_title,
    metric,
    count(*) AS targets,
    count(*) FILTER (WHERE breached_at IS NULL OR breached_at > fulfilled_at) AS met
FROM ticket_sla_policies
WHERE replaced_at IS NULL AND fulfilled_at IS NOT NULL
GROUP BY policy_title, metric
ORDER BY policy_title, metric;
