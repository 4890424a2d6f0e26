//! This part of the `OpenAPI` document.

use serde_json::{Map, Value, json};

use super::Asked;
use super::report::Report;
use crate::http::openapi::component;

/// Path and components.
pub fn part() -> Value {
    let mut schemas = Map::new();
    component::<Asked>(&mut schemas);
    component::<Report>(&mut schemas);
    json!({"components": {"schemas": schemas}, "paths": {"/v1/routing/whatif": {
        "post": {"tags": ["conversations"], "operationId": "whatif_routing",
            "summary": "Plays recorded conversations under the configuration in force and under another and sets both \
                beside what happened; nothing changes (supervisor, admin). One at a time: 503 `busy` with Retry-After \
                else. The journal is read from the day before `from`; a play of more than 50,000 conversations or 60 s is \
                a 422 of `/from`. What is assumed stands in docs/whatif.md.",
            "requestBody": {"required": true, "content":
                {"application/json": {"schema": {"$ref": "#/components/schemas/WhatIfRequest"}}}},
            "responses": {"200": {"description": "The comparison.", "content":
                {"application/json": {"schema": {"$ref": "#/components/schemas/WhatIf"}}}},
                "default": {"$ref": "#/components/responses/Problem"}}}
    }}})
}
