-- The opening hours of each schedule, from schedules: one row for each interval of the week. weekday counts from 0,
-- Sunday; minutes count from that day's midnight in time_zone, so an interval that ends at midnight closes at 1440.
CREATE OR REPLACE VIEW schedule_hours
    (schedule_id, schedule_name, time_zone, weekday, opens_at_minute, closes_at_minute) AS
WITH minutes AS (
    SELECT
        id, name, time_zone,
        CAST(hours->>'start_time' AS BIGINT) AS start_time, CAST(hours->>'end_time' AS BIGINT) AS end_time
    FROM schedules
    CROSS JOIN LATERAL jsonb_path_query(CAST(intervals AS JSONB), '$[*]') AS hours
)
SELECT id, name, time_zone, start_time / 1440, start_time % 1440, start_time % 1440 + end_time - start_time
FROM minutes;
