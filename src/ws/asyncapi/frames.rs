//! THE tables of frames: each type of each socket with its body, its answer and one sentence.

use super::{Shape, shape};
use crate::ws::agent::Consult;
use crate::ws::board;
use crate::ws::client::{
    AgentPresenceSet, Close, CustomerHello, CustomerMessage, Hello, MessageSend, Nothing, OfConversation,
    OfferAnswer, PickSubscribe, PresenceSet, Transfer,
};
use crate::ws::frames::body;
use crate::ws::reply::{AgentResult, ConversationResult, CustomerConversationResult, MessageResult};

/// One socket.
pub(super) struct Socket {
    pub name: &'static str,
    pub path: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    pub asked: &'static [Asked],
    pub told: &'static [Told],
}

/// A client frame.
pub(super) struct Asked {
    pub kind: &'static str,
    pub about: &'static str,
    pub body: Shape,
    pub answer: Answer,
}

/// What a client frame gets.
pub(super) enum Answer {
    /// A `reply` with this result, by its name, or with a problem.
    Result(&'static str, Shape),
    Pong,
    Welcome,
}

/// A server frame.
pub(super) struct Told {
    pub kind: &'static str,
    pub about: &'static str,
    pub body: Shape,
    pub numbered: Numbered,
}

/// Whether a server frame carries `seq`.
#[derive(Clone, Copy)]
pub(super) enum Numbered {
    Always,
    /// An agent's own; not what a supervisor watches.
    BothWays,
    Never,
}

use Numbered::{Always, BothWays, Never};

const CONVERSATION: Answer = Answer::Result("conversation", shape::<ConversationResult<'static>>);
const PUBLIC: Answer = Answer::Result("conversation", shape::<CustomerConversationResult<'static>>);
const MESSAGE: Answer = Answer::Result("message", shape::<MessageResult<'static>>);
const AGENT: Answer = Answer::Result("agent", shape::<AgentResult<'static>>);
const DONE: Answer = Answer::Result("done", shape::<body::Bare>);

const fn asked(kind: &'static str, body: Shape, answer: Answer, about: &'static str) -> Asked {
    Asked { kind, about, body, answer }
}

const fn told(kind: &'static str, body: Shape, numbered: Numbered, about: &'static str) -> Told {
    Told { kind, about, body, numbered }
}

/// A client frame that names a conversation alone.
const fn of(kind: &'static str, answer: Answer, about: &'static str) -> Asked {
    asked(kind, shape::<OfConversation>, answer, about)
}

const PING: Asked = asked("ping", shape::<Nothing>, Answer::Pong, "A sign of life.");
const LEAVES: &str = "The server closes soon: finish, then come back.";

/// All of them.
pub(super) const SOCKETS: [Socket; 3] = [
    Socket {
        name: "agent",
        path: "/v1/agent-session",
        title: "Agent socket",
        about: "For the token of an agent resource, whatever its role. Several may be open for one agent; all get every frame.",
        asked: AGENT_ASKS,
        told: AGENT_HEARS,
    },
    Socket {
        name: "customer",
        path: "/v1/customer-session",
        title: "Customer socket",
        about: "For a customer_token: bound to one conversation, and closed with 4401 when it closes.",
        asked: CUSTOMER_ASKS,
        told: CUSTOMER_HEARS,
    },
    Socket {
        name: "supervisor",
        path: "/v1/supervisor-session",
        title: "Supervisor socket",
        about: "The board: everything at the welcome, then whole objects of what changed. For supervisors and administrators.",
        asked: SUPERVISOR_ASKS,
        told: SUPERVISOR_HEARS,
    },
];

const AGENT_ASKS: &[Asked] = &[
    asked("hello", shape::<Hello>, Answer::Welcome, "The first frame; `resume` to get what was missed."),
    PING,
    asked("presence.set", shape::<PresenceSet>, AGENT, "Sets one's own presence; resets an inactive agent."),
    asked(
        "agent.presence.set",
        shape::<AgentPresenceSet>,
        AGENT,
        "Sets another agent's presence (supervisor).",
    ),
    asked("offer.accept", shape::<OfferAnswer>, CONVERSATION, "Takes what is on offer; 409 after its end."),
    asked(
        "offer.decline",
        shape::<OfferAnswer>,
        CONVERSATION,
        "Refuses it; 409 `not_declinable` where it cannot be.",
    ),
    asked(
        "pick_list.subscribe",
        shape::<PickSubscribe>,
        DONE,
        "A window of open work items, kept up to date; replaces an earlier one.",
    ),
    asked("pick_list.unsubscribe", shape::<Nothing>, DONE, "Ends that."),
    asked("message.send", shape::<MessageSend>, MESSAGE, "Says something, to the customer or internally."),
    of("typing", DONE, "The customer sees that the agent types."),
    of("conversation.pick", CONVERSATION, "Takes a conversation from the pick list; 409 with who has it."),
    of("conversation.wait", CONVERSATION, "Sets it aside without ending: active → waiting."),
    of("conversation.open", CONVERSATION, "Takes it up again: waiting → active."),
    of("conversation.end", CONVERSATION, "Active → wrap_up."),
    asked("conversation.close", shape::<Close>, CONVERSATION, "Wrap_up → closed."),
    asked("conversation.transfer", shape::<Transfer>, CONVERSATION, "To a queue or an agent."),
    of("conversation.release", CONVERSATION, "Back to its queue."),
    asked(
        "conversation.consult",
        shape::<Consult>,
        CONVERSATION,
        "Invites another connected agent to be consulted.",
    ),
    asked(
        "conversation.consult_end",
        shape::<Consult>,
        CONVERSATION,
        "Ends that agent's part, or its invitation.",
    ),
    of("consult.accept", CONVERSATION, "Takes part, as invited."),
    of("consult.decline", CONVERSATION, "Does not."),
    of("consult.leave", CONVERSATION, "Takes part no more."),
    of("conversation.join", CONVERSATION, "Takes part without invitation (supervisor)."),
    of(
        "conversation.watch",
        CONVERSATION,
        "This socket hears what happens in it, while it is active (supervisor).",
    ),
    of("conversation.unwatch", DONE, "Ends that."),
];

const AGENT_HEARS: &[Told] = &[
    told(
        "welcome",
        shape::<body::AgentWelcome<'static>>,
        Always,
        "The whole state; its `seq` is the last that this includes, and none of its own.",
    ),
    told("offer.created", shape::<body::OfferCreated<'static>>, Always, "A screen pop."),
    told("offer.ended", shape::<body::OfferEnded<'static>>, Always, "Its end; exactly one for each."),
    told(
        "conversation.assigned",
        shape::<body::ConversationAssigned<'static>>,
        Always,
        "The agent has it now.",
    ),
    told("conversation.updated", shape::<body::ConversationUpdated<'static>>, BothWays, "It changed."),
    told("conversation.removed", shape::<body::ConversationRemoved<'static>>, Always, "It left the agent."),
    told(
        "message.received",
        shape::<body::MessageReceived<'static>>,
        BothWays,
        "A message, to all sessions but the sender's.",
    ),
    told(
        "message.delivery",
        shape::<body::MessageDelivery<'static>>,
        Always,
        "How far a message is that the channel's provider brings the customer, when that changed.",
    ),
    told(
        "consult.invited",
        shape::<body::ConsultInvited<'static>>,
        Always,
        "The agent is asked to take part.",
    ),
    told("consult.started", shape::<body::ConversationAssigned<'static>>, Always, "It takes part now."),
    told("consult.changed", shape::<body::ConsultChanged<'static>>, Always, "Others take part, or no more."),
    told(
        "consult.ended",
        shape::<body::PartEnded<'static>>,
        Always,
        "The agent's part, or its invitation, is over.",
    ),
    told(
        "customer.typing",
        shape::<body::CustomerTyping>,
        Always,
        "For some seconds; at most every three seconds of each socket.",
    ),
    told("watch.ended", shape::<body::PartEnded<'static>>, Never, "The conversation is active no more."),
    told("presence.changed", shape::<body::PresenceChanged<'static>>, Always, "The agent's presence."),
    told("capacity.changed", shape::<body::CapacityUnits>, Always, "The agent's units."),
    told("pick_list.snapshot", shape::<body::PickListSnapshot<'static>>, Never, "The window, whole."),
    told("pick_list.changed", shape::<body::PickListChanged<'static>>, Never, "What changed in it."),
    told("notice", shape::<body::Notice<'static>>, Always, "Somebody should look."),
    told("going_away", shape::<body::GoingAway>, Always, LEAVES),
];

const CUSTOMER_ASKS: &[Asked] = &[
    asked("hello", shape::<CustomerHello>, Answer::Welcome, "The first frame."),
    PING,
    asked(
        "message.send",
        shape::<CustomerMessage>,
        MESSAGE,
        "Says something; 409 `conversation_ended` after its end, 409 `conversation_full` where it is as long as it may be, \
         429 `rate_limited` beyond 20 at once and then two a second: the same again after `retry_after_seconds`.",
    ),
    asked("typing", shape::<Nothing>, DONE, "The agent who has it sees that the customer types."),
    asked("conversation.end", shape::<Nothing>, PUBLIC, "Leaves."),
];

const CUSTOMER_HEARS: &[Told] = &[
    told("welcome", shape::<body::CustomerWelcome<'static>>, Never, "The conversation as it is."),
    told(
        "message.received",
        shape::<body::MessageReceived<'static>>,
        Never,
        "A public message, to all sockets but the sender's.",
    ),
    told("queue.position", shape::<body::QueuePosition>, Never, "Place in line."),
    told("agent.joined", shape::<body::AgentJoined<'static>>, Never, "Somebody has it now."),
    told("agent.typing", shape::<body::Bare>, Never, "For some seconds."),
    told("conversation.ended", shape::<body::ConversationEnded<'static>>, Never, "It is over."),
    told("going_away", shape::<body::GoingAway>, Never, LEAVES),
];

const SUPERVISOR_ASKS: &[Asked] = &[
    asked("hello", shape::<Hello>, Answer::Welcome, "The first frame; `resume` is taken and has no effect."),
    PING,
];

const SUPERVISOR_HEARS: &[Told] = &[
    told("welcome", shape::<board::Welcome>, Never, "The whole board."),
    told(
        "stats.changed",
        shape::<board::Changed<'static>>,
        Never,
        "What changed on it, at most once a second.",
    ),
    told("notice", shape::<body::Notice<'static>>, Never, "An alarm."),
    told("going_away", shape::<body::GoingAway>, Never, LEAVES),
];
