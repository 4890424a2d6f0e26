//! This part of the `OpenAPI` document.

use serde_json::{Value, json};

/// The path.
pub fn part() -> Value {
    let about = "Takes a provider's webhook: `docs/channels/` says what to enter at each provider. No token: the provider's \
        signature is checked (401), then its format (400 with the field), and nothing is created otherwise. The same \
        message again, by the provider's id of it within 24 h, is dropped. A message joins the open conversation that \
        its customer has on this channel, or starts one. What became of an answer stands in the `delivery` of its message. \
        503 with `Retry-After`: come again.";
    let operation = |id: &str, summary: &str| {
        json!({"tags": ["channels"], "operationId": id, "summary": summary, "description": about, "security": [],
            "responses": {
                "200": {"description": "Taken, and durable; the body is what the provider expects."},
                "default": {"$ref": "#/components/responses/Problem"}}})
    };
    json!({"paths": {"/v1/channels/{id}/inbound": {
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
        "get": operation("verify_channel_inbound", "Answers a provider's challenge."),
        "post": operation("channel_inbound", "Takes a provider's webhook."),
    }}})
}
