//! This part of the `OpenAPI` document: statistics and the supervisor's socket.

use serde_json::{Map, Value, json};

use crate::http::openapi::component;
use crate::http::wire::stats::{AgentStats, QueueStats, WorkStreamStats};

/// Paths and components.
pub fn part() -> Value {
    let mut schemas = Map::new();
    component::<QueueStats>(&mut schemas);
    component::<AgentStats>(&mut schemas);
    component::<WorkStreamStats>(&mut schemas);
    json!({"components": {"schemas": schemas}, "paths": {
        "/v1/stats/queues": path("queue_stats", "Queues: now and by interval (supervisor, admin).", "QueueStats"),
        "/v1/stats/agents": path("agent_stats", "Agents: now and by interval (supervisor, admin).", "AgentStats"),
        "/v1/stats/work-streams":
            path("work_stream_stats", "Work streams: now and by interval (supervisor, admin).", "WorkStreamStats"),
    }})
}

fn path(id: &str, summary: &str, item: &str) -> Value {
    let instant = json!({"type": "string", "format": "date-time"});
    let answer = json!({"type": "object", "required": ["as_of", "from", "to", "interval", "items"], "properties": {
        "as_of": instant, "from": instant, "to": instant, "interval": {"type": "string"},
        "items": {"type": "array", "items": {"$ref": format!("#/components/schemas/{item}")}}}});
    let parameter = |name: &str, description: &str, schema: Value| json!({"name": name, "in": "query", "required": false, "description": description, "schema": schema});
    json!({"get": {"tags": ["statistics"], "operationId": id, "summary": summary,
        "parameters": [
            parameter("id", "One alone; also one that was deleted.", json!({"type": "string"})),
            parameter("from", "Beginning of today (UTC) if not given; at most 90 days ago. Rounded down to the interval.", instant.clone()),
            parameter("to", "Now if not given. Rounded up to the interval.", instant.clone()),
            parameter("interval", "UTC quarter hours, hours or days, or all in one.",
                json!({"type": "string", "enum": ["15m", "1h", "1d", "total"], "default": "total"})),
        ],
        "responses": {
            "200": {"description": "By id. `text/csv` where Accept asks for it: a line an item and interval.", "content": {
                "application/json": {"schema": answer}, "text/csv": {"schema": {"type": "string"}}}},
            "default": {"$ref": "#/components/responses/Problem"}}}})
}
