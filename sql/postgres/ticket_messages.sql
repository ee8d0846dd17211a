-- Everything that was said in a ticket, whatever the channel: comments, transcripts of calls, messages of messaging
-- conversations and of chats. A conversation's log also has the ticket's comments: those that ticket_comments has are
-- not taken from it. If a ticket has messages in its log, those in its chats are the same and are left out.
CREATE OR REPLACE VIEW ticket_messages
    (ticket_id, id, created_at, author_id, author_type, author_name, channel, public, text, html, attachments,
     source) AS
WITH comments AS (
    SELECT
        ticket_comments.*,
        users.name AS author_name,
        CASE
            WHEN ticket_comments.author_id = -1 THEN 'system'
            WHEN users.role = 'end-user' THEN 'user'
            WHEN users.role IS NOT NULL THEN 'agent'
        END AS author_type,
        coalesce(via->>'channel', CASE WHEN jsonb_typeof(CAST(via AS JSONB)) = 'string' THEN via #>> '{}' END) AS channel
    FROM ticket_comments
    LEFT JOIN users ON users.id = ticket_comments.author_id
),
log AS (
    SELECT
        *, coalesce(content->>'text', content->>'body') AS text,
        CASE WHEN reference LIKE 'zen:ticket_event:%' THEN split_part(reference, ':', 3) END AS comment_id
    FROM ticket_conversation_log
)
SELECT
    ticket_id, CAST(id AS VARCHAR), created_at, author_id, author_type, author_name, channel, public,
    coalesce(plain_body, body), html_body, CAST(attachments AS JSONB), 'comment'
FROM comments
UNION ALL
SELECT
    ticket_id, id || '/transcript', created_at, NULL, NULL, NULL, channel, public,
    data->>'transcription_text', NULL, NULL, 'voice transcript'
FROM comments
WHERE data->>'transcription_text' <> '' AND transcription_visible IS NOT FALSE
UNION ALL
SELECT
    ticket_id, coalesce(comment_id, id), created_at, CAST(author->>'zen:support:user_id' AS BIGINT), author->>'type',
    author->>'display_name', source->>'type', coalesce(CAST(metadata->>'public' AS BOOLEAN), comment_id IS NULL),
    text, NULL, CAST(attachments AS JSONB),
    CASE WHEN comment_id IS NULL THEN 'conversation message' ELSE 'comment' END
FROM log
WHERE (text <> '' OR jsonb_path_exists(CAST(attachments AS JSONB), 'strict $[*]'))
    AND NOT EXISTS (
        SELECT 1
        FROM ticket_comments AS known
        WHERE known.ticket_id = log.ticket_id
            AND log.comment_id IN (CAST(known.id AS VARCHAR), CAST(known.audit_id AS VARCHAR))
    )
UNION ALL
SELECT
    ticket_id, concat_ws('/', audit_id, event_id, position),
    created_at + (timestamp / 1000.0 - extract(epoch FROM created_at)) * INTERVAL '1 second',
    CASE WHEN actor_id ~ '^agent:[0-9]+$' THEN CAST(split_part(actor_id, ':', 2) AS BIGINT) END,
    CASE
        WHEN actor_id LIKE 'agent:%' THEN 'agent'
        WHEN actor_id = '__trigger' THEN 'bot'
        WHEN actor_id LIKE '\_\_%' THEN 'system'
        ELSE 'user'
    END,
    actor_name, 'chat', TRUE, message, NULL,
    CASE type WHEN 'ChatFileAttachment' THEN jsonb_build_array(jsonb_build_object(
        'file_name', filename, 'content_url', url, 'content_type', mime_type, 'size', size
    )) END,
    'chat message'
FROM ticket_chat_events AS chat
WHERE type IN ('ChatMessage', 'ChatFileAttachment')
    AND NOT EXISTS (SELECT 1 FROM log WHERE log.ticket_id = chat.ticket_id AND log.comment_id IS NULL);
