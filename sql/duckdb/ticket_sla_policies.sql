-- Each SLA policy and group SLA policy that was applied to a ticket, from ticket_metric_events: one row for each
-- application, with its target. breached_at, fulfilled_at and the minutes are those of the metric's run (instance_id),
-- whichever of its policies was applied last. Zendesk schedules breaches: breached_at may be in the future.
-- Withdrawn breaches do not count. replaced_at is NULL for the policy that applies now.
CREATE OR REPLACE VIEW ticket_sla_policies
    (ticket_id, metric, instance_id, is_group_policy, policy_id, policy_title, target_minutes, in_business_hours,
     applied_at, replaced_at, breached_at, fulfilled_at, calendar_minutes, business_minutes, event_id) AS
WITH runs AS (
    SELECT
        ticket_id, metric, instance_id,
        min(time) FILTER (WHERE type = 'breach' AND deleted IS NOT TRUE) AS breached_at,
        max(time) FILTER (WHERE type = 'fulfill') AS fulfilled_at,
        (array_agg(status ORDER BY time DESC, id DESC)
            FILTER (WHERE type = 'update_status'))[1] AS elapsed
    FROM ticket_metric_events
    GROUP BY ticket_id, metric, instance_id
),
applications AS (
    SELECT
        id, ticket_id, metric, instance_id, time, type = 'apply_group_sla' AS is_group_policy,
        CASE type WHEN 'apply_sla' THEN sla ELSE group_sla END AS target
    FROM ticket_metric_events
    WHERE type IN ('apply_sla', 'apply_group_sla')
)
SELECT
    ticket_id, metric, instance_id, is_group_policy,
    CAST(target->'policy'->>'id' AS BIGINT), target->'policy'->>'title',
    CAST(target->>'target' AS BIGINT), CAST(target->>'business_hours' AS BOOLEAN),
    time, lead(time) OVER (PARTITION BY ticket_id, metric, instance_id, is_group_policy ORDER BY time, id),
    breached_at, fulfilled_at,
    CAST(elapsed->>'calendar' AS BIGINT), CAST(elapsed->>'business' AS BIGINT), id
FROM applications
JOIN runs USING (ticket_id, metric, instance_id);
