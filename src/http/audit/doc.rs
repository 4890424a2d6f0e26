//! This part of the `OpenAPI` document.

use serde_json::{Map, Value, json};

use super::view::ActView;
use crate::http::openapi::component;
use crate::http::paging::{list_parameters, list_schema};

/// Path and components.
pub fn part() -> Value {
    let mut schemas = Map::new();
    component::<ActView<'_>>(&mut schemas);
    let parameter = |name: &str, description: &str, schema: Value| json!({"name": name, "in": "query", "required": false, "description": description, "schema": schema});
    let mut parameters = list_parameters();
    parameters.extend([
        parameter(
            "from",
            "Acts of this instant and later.",
            json!({"type": "string", "format": "date-time"}),
        ),
        parameter("to", "Acts before this instant.", json!({"type": "string", "format": "date-time"})),
        parameter(
            "actor",
            "Id of the agent or API key; `admin`: the administrator's token.",
            json!({"type": "string"}),
        ),
        parameter(
            "subject",
            "A collection as in the paths (`queues`, `conversations`, `settings`), or `collection/id`.",
            json!({"type": "string"}),
        ),
    ]);
    json!({"components": {"schemas": schemas}, "paths": {"/v1/audit": {
        "get": {"tags": ["audit"], "operationId": "list_acts", "parameters": parameters,
            "summary": "Lists what administrators and supervisors did, in the order in which it was recorded (supervisor, admin). Kept for \
                `retention_days`. 503 while history is being filled in.",
            "responses": {"200": {"description": "One page.", "content":
                {"application/json": {"schema": list_schema("Act")}}},
                "default": {"$ref": "#/components/responses/Problem"}}}
    }}})
}
