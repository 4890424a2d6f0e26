//! This part of the `OpenAPI` document: conversations, messages, simulation and the sockets.

use serde_json::{Map, Value, json};

use super::{EstimatedWait, PositionView};
use crate::http::openapi::component;
use crate::http::paging::{list_parameters, list_schema};
use crate::http::wire::conversation::{ConversationView, PublicView};
use crate::http::wire::decision::DecisionView;
use crate::http::wire::event::EventView;
use crate::http::wire::message::MessageView;
use crate::http::wire::request::{
    AssignRequest, CloseRequest, ConsultRequest, Empty, NewConversation, NewMessage, Simulation,
    TransferRequest,
};
use crate::ws::client;
use crate::ws::pop::{InvitationView, PopView};

/// Paths and components.
pub fn part() -> Value {
    json!({"paths": paths(), "components": {"schemas": schemas()}})
}

fn schemas() -> Map<String, Value> {
    let mut all = Map::new();
    component::<ConversationView<'static>>(&mut all);
    component::<PublicView<'static>>(&mut all);
    component::<MessageView<'static>>(&mut all);
    component::<EventView<'static>>(&mut all);
    component::<DecisionView<'static>>(&mut all);
    component::<PopView<'static>>(&mut all);
    component::<InvitationView<'static>>(&mut all);
    component::<PositionView>(&mut all);
    component::<EstimatedWait>(&mut all);
    component::<NewConversation>(&mut all);
    component::<NewMessage>(&mut all);
    component::<CloseRequest>(&mut all);
    component::<TransferRequest>(&mut all);
    component::<AssignRequest>(&mut all);
    component::<ConsultRequest>(&mut all);
    component::<Empty>(&mut all);
    component::<Simulation>(&mut all);
    frames(&mut all);
    all
}

/// What clients say on sockets; the same schemas take it.
fn frames(all: &mut Map<String, Value>) {
    component::<client::Hello>(all);
    component::<client::PresenceSet>(all);
    component::<client::AgentPresenceSet>(all);
    component::<client::OfferAnswer>(all);
    component::<client::PickSubscribe>(all);
    component::<client::OfConversation>(all);
    component::<crate::ws::agent::Consult>(all);
    component::<client::MessageSend>(all);
    component::<client::Close>(all);
    component::<client::Transfer>(all);
    component::<client::CustomerHello>(all);
    component::<client::CustomerMessage>(all);
    component::<client::Nothing>(all);
}

fn reference(component: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{component}")})
}

/// One operation: who may, what it does, what it takes, what it gives.
struct Operation<'a> {
    id: &'a str,
    summary: &'a str,
    body: Option<&'a str>,
    status: &'a str,
    answer: Value,
    parameters: Vec<Value>,
}

impl<'a> Operation<'a> {
    fn new(id: &'a str, summary: &'a str, answer: Value) -> Self {
        Self { id, summary, body: None, status: "200", answer, parameters: Vec::new() }
    }

    fn takes(mut self, body: &'a str) -> Self {
        self.body = Some(body);
        self
    }

    fn makes(mut self) -> Self {
        self.status = "201";
        self
    }

    fn with(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    fn write(self) -> Value {
        let mut operation = json!({"tags": ["conversations"], "operationId": self.id, "summary": self.summary,
            "parameters": self.parameters, "responses": {
                self.status: {"description": "It.", "content": {"application/json": {"schema": self.answer}}},
                "default": {"$ref": "#/components/responses/Problem"}}});
        if let Some(body) = self.body {
            operation["requestBody"] = json!({"content": {"application/json": {"schema": reference(body)}}});
        }
        operation
    }
}

fn header(name: &str, description: &str) -> Value {
    json!({"name": name, "in": "header", "required": false, "schema": {"type": "string"}, "description": description})
}

fn in_query(name: &str, description: &str) -> Value {
    json!({"name": name, "in": "query", "required": false, "schema": {"type": "string"}, "description": description})
}

fn in_path(name: &str) -> Value {
    json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
}

fn key() -> Value {
    header("Idempotency-Key", "The same key and body within 24 h gives the first answer again.")
}

fn if_match() -> Value {
    header("If-Match", "Only at this version; 412 else.")
}

fn act<'a>(id: &'a str, summary: &'a str) -> Operation<'a> {
    Operation::new(id, summary, reference("Conversation")).with([if_match(), key()])
}

fn paths() -> Map<String, Value> {
    let simulate = "The decision that such a conversation would get, also under a draft; nothing changes (supervisor, admin).";
    let simulate = Operation::new("simulate_routing", simulate, reference("Decision")).takes("Simulation");
    let mut paths = Map::new();
    for (tail, methods) in acts().into_iter().chain(looks()) {
        paths.insert(format!("/v1/conversations/{{id}}{tail}"), methods);
    }
    for (path, methods) in [
        ("/v1/conversations", collection()),
        ("/v1/routing/simulate", json!({"post": simulate.with([key()]).write()})),
        ("/v1/agent-session", socket("agent_session", AGENT_SESSION)),
        ("/v1/customer-session", socket("customer_session", CUSTOMER_SESSION)),
        (
            "/v1/supervisor-session",
            socket("supervisor_session", "The supervisor socket: the board now and what changes on it."),
        ),
    ] {
        paths.insert(path.to_owned(), methods);
    }
    paths
}

const AGENT_SESSION: &str = "The agent socket: subprotocol callboard.v1; its frames are in /asyncapi.json. A supervisor's also takes `agent.presence.set` \
    (`agent_id`, `presence`) as PUT /v1/agents/{id}/presence does, and hears every alarm as a `notice`; the codes are under \
    `x-notice-codes`. `typing` (`conversation_id`), of the agent who has it, is the customer's `agent.typing`; `customer.typing` \
    (`conversation_id`) says that the customer types, at most every three seconds.";

const CUSTOMER_SESSION: &str = "The customer socket: subprotocol callboard.v1; its frames are in /asyncapi.json. It is bound to one conversation: after its \
    end (also in wrap-up) `message.send` is 409 `conversation_ended`, and the visitor opens a new one over the widget \
    call. A backend's message over HTTP starts it by itself. Server frames: `welcome` (`conversation`, the last 200 public \
    `messages`, `agent`), `message.received`, `queue.position` (while unassigned: `position`, `ahead`, \
    `estimated_wait_seconds`, `method`), `agent.joined`, `agent.typing`, `conversation.ended` (`reason`, and `survey_url` where \
    the channel has a survey after the chat), `going_away`.";

fn acts() -> Vec<(&'static str, Value)> {
    let one = |operation: Operation<'_>| json!({"parameters": [in_path("id")], "post": operation.write()});
    let transfer = "To a queue or an agent (the agent who has it, supervisor).";
    let release = "Back to its queue (the agent who has it).";
    let consult = "Invites another connected agent to be consulted (the agent who has it).";
    let consult_end = "Ends that agent's part, or its invitation (the agent who has it).";
    let assign = "To an agent, whatever its capacity (supervisor).";
    vec![
        ("/messages", messages()),
        ("/end", one(act("end_conversation", "The customer leaves (backend).").takes("Empty"))),
        ("/close", one(act("close_conversation", "Force close (supervisor).").takes("CloseRequest"))),
        ("/transfer", one(act("transfer_conversation", transfer).takes("TransferRequest"))),
        ("/release", one(act("release_conversation", release).takes("Empty"))),
        ("/assign", one(act("assign_conversation", assign).takes("AssignRequest"))),
        ("/consult", one(act("consult_agent", consult).takes("ConsultRequest"))),
        ("/consult-end", one(act("end_consult", consult_end).takes("ConsultRequest"))),
        ("/context", json!({"parameters": [in_path("id")], "patch": context()})),
    ]
}

fn looks() -> Vec<(&'static str, Value)> {
    let look = |operation: Operation<'_>| json!({"parameters": [in_path("id")], "get": operation.write()});
    let get = "Gives one conversation (backend, supervisor, its agent).";
    let events =
        "The whole timeline, in order, at most 1,000 at a time. A backend sees an internal message as null.";
    let events = Operation::new("list_events", events, list_schema("Event"));
    let after = in_query("after", "Only what has a higher seq.");
    let decisions = Operation::new("list_decisions", "Why it went where it went.", list_schema("Decision"));
    let earlier = "The same customer's earlier conversations, newest first (the agent who has this one, supervisor, backend): \
        of the same `customer.id` on any channel, or where this one has none, of the same verified address on its channel.";
    let earlier = Operation::new("list_earlier_conversations", earlier, list_schema("Conversation"));
    let said = "Messages of one of them, in order, internal ones too (backends do not see those).";
    let said = Operation::new("list_earlier_messages", said, list_schema("Message"));
    let position = "Place in line, and how much longer it will wait; null where it waits for no agent.";
    vec![
        ("", look(Operation::new("get_conversation", get, reference("Conversation")))),
        ("/events", look(events.with(list_parameters()).with([after]))),
        ("/decisions", look(decisions.with(list_parameters()))),
        ("/position", look(Operation::new("get_position", position, reference("Position")))),
        ("/earlier", look(earlier.with(list_parameters()))),
        (
            "/earlier/{earlier_id}/messages",
            json!({"parameters": [in_path("id"), in_path("earlier_id")],
                "get": said.with(list_parameters()).with([in_query("after", "Only what has a higher seq.")]).write()}),
        ),
    ]
}

fn collection() -> Value {
    let filters = [
        in_query("state", "open, active, waiting, wrap_up or closed."),
        in_query("queue_id", "Its queue."),
        in_query("agent_id", "Who has it, or had it last. An agent lists its own alone."),
        in_query("work_stream_id", "Its work stream."),
        in_query("customer_id", "Its linked customer record."),
        in_query("from", "Created at this instant or later (RFC 3339)."),
        in_query("closed_from", "Closed at this instant or later (RFC 3339)."),
    ];
    let list = Operation::new(
        "list_conversations",
        "Lists conversations, oldest first.",
        list_schema("Conversation"),
    );
    let create = Operation::new(
        "create_conversation",
        "Hands a conversation over (backend).",
        reference("Conversation"),
    );
    json!({
        "get": list.with(list_parameters()).with(filters).write(),
        "post": create.makes().takes("NewConversation").with([key()]).write(),
    })
}

fn messages() -> Value {
    let say = "Says something: a backend as the customer, an agent as itself. What a customer writes to a conversation \
        that is over starts or joins another one: its Location and conversation_id are in the answer.";
    let list = "Lists messages in order. Backends, which speak for the customer, do not see internal ones.";
    let list = Operation::new("list_messages", list, list_schema("Message"));
    json!({
        "parameters": [in_path("id")],
        "get": list.with(list_parameters()).with([in_query("after", "Only what has a higher seq.")]).write(),
        "post": Operation::new("send_message", say, reference("Message")).makes().takes("NewMessage").with([if_match(), key()]).write(),
    })
}

fn context() -> Value {
    let summary = "Changes context variables: the map itself, null removes (backend, the agent who has it). Still \
        unassigned, it is routed anew.";
    let mut operation =
        Operation::new("patch_context", summary, reference("Conversation")).with([if_match()]).write();
    operation["requestBody"] = json!({"required": true, "content": {"application/merge-patch+json": {"schema": {"type": "object"}}}});
    operation
}

fn socket(id: &str, summary: &str) -> Value {
    json!({"get": {"tags": ["sockets"], "operationId": id, "summary": summary, "responses": {
        "101": {"description": "Switched to WebSocket."}, "default": {"$ref": "#/components/responses/Problem"}}}})
}
