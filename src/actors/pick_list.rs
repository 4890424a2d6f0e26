//! The pick list: which unassigned conversations an agent may take, and the window of it that a session sees.
//!
//! Pure over the read side: `feeds::picks` decides when. What is pickable does not depend on the agent but for membership,
//! so sessions with the same queues and the same wishes share one look ([`Round`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::read_side::ReadSide;
use crate::domain::config::{Config, Mode};
use crate::domain::context::Value;
use crate::domain::conversation::{Conversation, Status};
use crate::domain::ids::{AgentId, ConversationId, QueueId, WorkStreamId};

/// Order of a pick list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum PickSort {
    /// Oldest first.
    #[default]
    Age,
    /// As the queue would serve them.
    Priority,
    /// By queue, then as it would serve them.
    Queue,
    /// By work stream, then by age.
    WorkStream,
    /// By the customer's name, then by age.
    Customer,
}

/// What a session wants to see of the pick list.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Subscription {
    /// Only of this queue.
    pub queue_id: Option<QueueId>,
    /// Only of this work stream.
    pub work_stream_id: Option<WorkStreamId>,
    /// Only where name, e-mail, phone or a context text contains this, whatever the case.
    pub search: Option<String>,
    /// Order.
    pub sort: PickSort,
    /// Most items, 1..=500.
    pub limit: usize,
}

/// Most items of one window (CONTRACT §5).
pub const MAX_WINDOW: usize = 500;

/// Whether members of its queue see this conversation on their pick list.
pub fn is_pickable(config: &Config, conversation: &Conversation) -> bool {
    if conversation.status != Status::Open {
        return false;
    }
    let distribution = config.work_streams.get(&conversation.born.work_stream_id).map(|ws| &ws.distribution);
    let from_push = distribution.is_some_and(|distribution| distribution.select_from_push);
    let pick = distribution.is_some_and(|distribution| distribution.mode == Mode::Pick);
    // Whoever may take from push may also take what is on offer to somebody else.
    (pick || from_push || conversation.stranded) && (conversation.offer.is_none() || from_push)
}

impl ReadSide {
    /// Whether the conversation is on the agent's pick list (for permission to read it).
    pub fn pickable(&self, agent: &AgentId, conversation: ConversationId) -> bool {
        let config = self.config();
        self.in_memory(conversation).is_some_and(|conversation| {
            config.is_member(&conversation.queue_id, agent) && is_pickable(&config, &conversation)
        })
    }
}

/// What a session sees: its items in order, and how many there are beyond the limit.
#[derive(Clone, Default, Debug)]
pub struct Window {
    /// At most the limit.
    pub items: Vec<Arc<Conversation>>,
    /// All that match.
    pub total: usize,
}

/// How a window differs from what was sent.
#[derive(Default, Debug)]
pub struct Difference {
    /// New in the window.
    pub added: Vec<Arc<Conversation>>,
    /// There before, at another version.
    pub changed: Vec<Arc<Conversation>>,
    /// No longer in the window.
    pub removed: Vec<ConversationId>,
}

impl Difference {
    /// What to tell a session that has been sent these versions.
    pub fn between(sent: &BTreeMap<ConversationId, u32>, window: &Window) -> Self {
        let mut difference = Self::default();
        for item in &window.items {
            match sent.get(&item.id()) {
                None => difference.added.push(Arc::clone(item)),
                Some(version) if *version != item.version => difference.changed.push(Arc::clone(item)),
                Some(_) => {}
            }
        }
        let now: BTreeSet<ConversationId> = window.items.iter().map(|item| item.id()).collect();
        difference.removed = sent.keys().filter(|id| !now.contains(id)).copied().collect();
        difference
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// One look at the lists, shared by all windows of it.
pub struct Round<'a> {
    read: &'a ReadSide,
    config: Arc<Config>,
    queues: BTreeMap<QueueId, Vec<Arc<Conversation>>>,
    windows: BTreeMap<(Vec<QueueId>, Subscription), Arc<Window>>,
}

impl<'a> Round<'a> {
    /// A look as things are now.
    pub fn new(read: &'a ReadSide) -> Self {
        Self { read, config: read.config(), queues: BTreeMap::new(), windows: BTreeMap::new() }
    }

    /// The queues that an agent's window shows.
    pub fn queues_of(&self, agent: &AgentId, subscription: &Subscription) -> Vec<QueueId> {
        let mut queues = self.config.queues_of(agent);
        queues.retain(|queue| subscription.queue_id.as_ref().is_none_or(|only| only == queue));
        queues.sort();
        queues
    }

    /// The window of these queues.
    pub fn window(&mut self, queues: &[QueueId], subscription: &Subscription) -> Arc<Window> {
        let key = (queues.to_vec(), subscription.clone());
        if let Some(window) = self.windows.get(&key) {
            return Arc::clone(window);
        }
        for queue in queues {
            if !self.queues.contains_key(queue) {
                self.queues.insert(queue.clone(), self.pickable_of(queue));
            }
        }
        let search = subscription.search.as_ref().map(|text| text.to_lowercase());
        let all = queues.iter().filter_map(|queue| self.queues.get(queue)).flatten();
        let matching = all.filter(|conversation| matches(conversation, subscription, search.as_deref()));
        let window = Arc::new(cut(matching.cloned().collect(), subscription));
        self.windows.insert(key, Arc::clone(&window));
        window
    }

    fn pickable_of(&self, queue: &QueueId) -> Vec<Arc<Conversation>> {
        let line = self.read.line(queue).into_iter().filter_map(|rank| self.read.in_memory(rank.id));
        line.filter(|conversation| conversation.queue_id == *queue && is_pickable(&self.config, conversation))
            .collect()
    }
}

fn matches(conversation: &Conversation, subscription: &Subscription, search: Option<&str>) -> bool {
    let stream = subscription.work_stream_id.as_ref();
    stream.is_none_or(|stream| *stream == conversation.born.work_stream_id)
        && search.is_none_or(|search| mentions(conversation, search))
}

/// Whether name, e-mail, phone or a context text contains `search`, which is lower case.
fn mentions(conversation: &Conversation, search: &str) -> bool {
    let customer = &conversation.customer;
    let fields = [&customer.name, &customer.email, &customer.phone].into_iter().flatten().map(String::as_str);
    let texts = conversation.context.values().filter_map(|value| match value {
        Value::Text(text) => Some(&**text),
        Value::Number(_) => None,
    });
    fields.chain(texts).any(|text| text.to_lowercase().contains(search))
}

/// The first `limit` in the order asked for. What is beyond is only told apart, not sorted.
fn cut(mut items: Vec<Arc<Conversation>>, subscription: &Subscription) -> Window {
    let total = items.len();
    let limit = subscription.limit.clamp(1, MAX_WINDOW);
    let order = order(subscription.sort);
    if total > limit {
        items.select_nth_unstable_by(limit, order);
        items.truncate(limit);
    }
    items.sort_by(order);
    Window { items, total }
}

type Order = fn(&Arc<Conversation>, &Arc<Conversation>) -> std::cmp::Ordering;

fn order(sort: PickSort) -> Order {
    match sort {
        PickSort::Age => |a, b| age(a).cmp(&age(b)),
        PickSort::Priority => |a, b| a.rank().cmp(&b.rank()),
        PickSort::Queue => |a, b| (&a.queue_id, a.rank()).cmp(&(&b.queue_id, b.rank())),
        PickSort::WorkStream => {
            |a, b| (&a.born.work_stream_id, age(a)).cmp(&(&b.born.work_stream_id, age(b)))
        }
        PickSort::Customer => |a, b| (&a.customer.name, age(a)).cmp(&(&b.customer.name, age(b))),
    }
}

fn age(conversation: &Conversation) -> (crate::domain::time::Timestamp, ConversationId) {
    (conversation.queued_at, conversation.id())
}
