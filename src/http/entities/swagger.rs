//! The connector's calls as a Swagger 2.0 document with the hints of Power Automate's custom connectors.
//!
//! A small exporter over the served `OpenAPI` document, so that both say the same: it takes the operations named here, turns
//! their schemas into what Swagger 2.0 knows (no `oneOf`, no null type), and adds titles and who sees what. Host, scheme
//! and base path come from the option `public_url`, else from the request.

mod convert;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

use self::convert::{reference_of, schema, title};
use crate::http::public_url::PublicUrl;
use crate::http::{Edge, openapi, resource};

/// One operation of the connector.
struct Operation {
    path: &'static str,
    method: &'static str,
    id: &'static str,
    summary: &'static str,
    /// `important` is shown first, `advanced` behind a menu.
    visibility: &'static str,
}

/// In the order in which they are shown.
const OPERATIONS: [Operation; 7] = [
    Operation {
        path: "/v1/entities/route",
        method: "post",
        id: "RouteRecord",
        summary: "Route a record",
        visibility: "important",
    },
    Operation {
        path: "/v1/entities/intake",
        method: "post",
        id: "TakeInRecord",
        summary: "Route a record by the intake rules",
        visibility: "important",
    },
    Operation {
        path: "/v1/entities/{entity_logical_name}/{record_id}/resolve",
        method: "post",
        id: "ResolveRecord",
        summary: "Resolve a record",
        visibility: "important",
    },
    Operation {
        path: "/v1/entities/{entity_logical_name}/{record_id}/cancel",
        method: "post",
        id: "CancelRecord",
        summary: "Cancel a record",
        visibility: "important",
    },
    Operation {
        path: "/v1/entities/{entity_logical_name}/{record_id}/unassign",
        method: "post",
        id: "UnassignRecord",
        summary: "Put a record back to its queue",
        visibility: "important",
    },
    Operation {
        path: "/v1/entities/{entity_logical_name}/{record_id}",
        method: "get",
        id: "GetRecord",
        summary: "Get the work item of a record",
        visibility: "advanced",
    },
    Operation {
        path: "/v1/entities/work-streams",
        method: "get",
        id: TEST,
        summary: "List the work streams for records",
        visibility: "advanced",
    },
];

/// The operation that a new connection is tried with: it changes nothing.
const TEST: &str = "ListWorkStreams";
/// What all of them begin with; the rest of the base path is the server's.
const BASE: &str = "/v1";

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(resource("/connectors/entity.swagger.json").route(web::get().to(get)));
}

async fn get(edge: web::Data<Edge>, request: HttpRequest) -> HttpResponse {
    let place = edge.reached(&request);
    let organization = &edge.dispatcher.config().settings.organization_id;
    HttpResponse::Ok().json(export(&openapi::document(), &place, organization))
}

/// The document. `organization` is the default of every `organization_id`.
pub fn export(document: &Value, place: &PublicUrl, organization: &str) -> Value {
    let mut paths = Map::new();
    let mut wanted = BTreeSet::new();
    for operation in OPERATIONS {
        let written = operation.write(document, &mut wanted);
        let path = paths.entry(operation.path.trim_start_matches(BASE)).or_insert_with(|| json!({}));
        path[operation.method] = written;
    }
    let mut swagger = json!({
        "swagger": "2.0",
        "info": {
            "title": "Callboard records",
            "description": DESCRIPTION,
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "host": place.host,
        "basePath": format!("{}{BASE}", place.path),
        "schemes": [place.scheme],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "securityDefinitions": {"api_key": {"type": "apiKey", "in": "header", "name": "Authorization",
            "description": "The word Bearer, a space, and the token of an API key of role backend."}},
        "security": [{"api_key": []}],
        "x-ms-capabilities": {"testConnection": {"operationId": TEST, "parameters": {}}},
        "paths": paths,
        "definitions": definitions(document, wanted),
    });
    hint(&mut swagger, organization);
    swagger
}

const DESCRIPTION: &str =
    "Hands records over to be routed to the agent who should work on them, and says what became of them.";

impl Operation {
    fn write(&self, document: &Value, wanted: &mut BTreeSet<String>) -> Value {
        let path = &document["paths"][self.path];
        let source = &path[self.method];
        let shared = path["parameters"].as_array().into_iter().flatten();
        let own = source["parameters"].as_array().into_iter().flatten();
        let mut parameters: Vec<Value> = shared.chain(own).map(parameter).collect();
        let body = &source["requestBody"];
        if let Some(name) = reference_of(&body["content"]["application/json"]["schema"]) {
            parameters.push(json!({"name": "body", "in": "body", "required": body["required"] == true,
                "x-ms-summary": "Body", "description": "What is said about the record.",
                "schema": {"$ref": format!("#/definitions/{name}")}}));
            wanted.insert(name.to_owned());
        }
        json!({"operationId": self.id, "summary": self.summary, "description": source["summary"],
            "x-ms-visibility": self.visibility, "parameters": parameters,
            "responses": responses(&source["responses"], wanted)})
    }
}

fn parameter(source: &Value) -> Value {
    let name = source["name"].as_str().unwrap_or_default();
    let (place, required) = (&source["in"], source["required"] == true);
    let visibility = if required { "important" } else { "advanced" };
    let mut parameter = json!({"name": name, "in": place, "required": required, "type": "string",
        "x-ms-summary": title(name), "description": source["description"], "x-ms-visibility": visibility});
    if place == "path" {
        parameter["x-ms-url-encoding"] = "single".into();
    }
    parameter
}

fn responses(source: &Value, wanted: &mut BTreeSet<String>) -> Value {
    let mut responses = Map::new();
    for (status, response) in source.as_object().into_iter().flatten() {
        let named = reference_of(&response["content"]["application/json"]["schema"]);
        let (name, text) = match named {
            Some(name) => (name, "It was done."),
            None => ("Problem", "It was not done; the body says why."),
        };
        wanted.insert(name.to_owned());
        let schema = json!({"$ref": format!("#/definitions/{name}")});
        responses.insert(status.clone(), json!({"description": text, "schema": schema}));
    }
    responses.into()
}

/// The schemas that operations name.
fn definitions(document: &Value, wanted: BTreeSet<String>) -> Value {
    let components = &document["components"]["schemas"];
    let definitions = wanted.into_iter().map(|name| {
        let written = schema(&components[&name], components, 0);
        (name, written)
    });
    Value::Object(definitions.collect())
}

/// What only the connector's own forms know: which work stream is a choice, and what the organization is.
fn hint(swagger: &mut Value, organization: &str) {
    for name in ["RouteRecord", "IntakeRecord", "RecordRequest"] {
        let field = &mut swagger["definitions"][name]["properties"]["organization_id"];
        field["default"] = organization.into();
    }
    swagger["definitions"]["RouteRecord"]["properties"]["work_stream_id"]["x-ms-dynamic-values"] = json!({
        "operationId": TEST, "value-collection": "items", "value-path": "work_stream_id", "value-title": "name"});
}
