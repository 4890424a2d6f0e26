mod classification;
mod conditions;
mod hours;
mod live_chat;
mod references;
mod resources;
mod shadow;
mod work_streams;

use std::sync::Arc;

use super::*;
use crate::config::{
    Agent, Channel, ChannelType, Comparison, Condition, CustomPresence, Key, Operand, OperatingHours,
    Operator, Queue, QueueType, Route, RoutingRule, Skill, Span, Split, Weekday, WeeklySpan, WorkStream,
};
use crate::context::{Variable, VariableType};
use crate::presence::BasePresence;

/// A configuration with a queue `vip` served by `ann`, a skill `french` of 5 levels, a presence `lunch`,
/// a work stream `web` and its channel `site`.
fn house() -> Config {
    let mut config = Config::default();
    config.queues.insert("vip".into(), Arc::new(Queue::named("VIP", QueueType::Messaging)));
    config.skills.insert("french".into(), Arc::new(Skill { name: "French".into(), max_level: 5 }));
    let lunch = CustomPresence { text: "Lunch".into(), base: BasePresence::Away, description: None };
    config.presences.insert("lunch".into(), Arc::new(lunch));
    let ann = Agent { queue_ids: vec!["vip".into()], ..Agent::named("Ann") };
    config.agents.insert("ann".into(), Arc::new(ann));
    config.work_streams.insert("web".into(), Arc::new(stream()));
    config.channels.insert("site".into(), Arc::new(channel()));
    config
}

/// Mondays and Tuesdays from nine to five in Berlin.
fn hours() -> OperatingHours {
    OperatingHours {
        name: "Office".into(),
        time_zone: "Europe/Berlin".into(),
        weekly: vec![WeeklySpan {
            days: vec![Weekday::Mon, Weekday::Tue],
            span: Span { from: 9 * 60, to: 17 * 60 },
        }],
        holidays: vec![],
    }
}

fn channel() -> Channel {
    Channel {
        provider: None,
        name: "Site".into(),
        kind: ChannelType::LiveChat,
        work_stream_id: "web".into(),
        allowed_origins: vec![],
        live_chat: Box::default(),
    }
}

/// A live-chat work stream that declares the text `tier` and the number `amount`.
fn stream() -> WorkStream {
    let variable = |name: &str, kind| Variable { name: name.into(), display_name: name.to_uppercase(), kind };
    WorkStream {
        context_variables: vec![
            variable("tier", VariableType::Text),
            variable("amount", VariableType::Number),
        ],
        ..WorkStream::named("Web", ChannelType::LiveChat)
    }
}

fn is(variable: &str, operator: Operator, values: &[Operand]) -> Condition {
    Condition::Is(Comparison { variable: variable.to_owned(), operator, values: values.to_vec() })
}

fn t(text: &str) -> Operand {
    Operand::Text(text.to_owned())
}

fn n(number: f64) -> Operand {
    Operand::Number(number)
}

fn all(parts: &[Condition]) -> Condition {
    Condition::All(parts.to_vec())
}

fn any(parts: &[Condition]) -> Condition {
    Condition::Any(parts.to_vec())
}

fn not(part: Condition) -> Condition {
    Condition::Not(Box::new(part))
}

fn rule(when: Condition, route_to: Route) -> RoutingRule {
    RoutingRule { name: "rule".into(), description: String::new(), when, route_to }
}

/// Findings as `pointer: problem`, for a change of `house()`.
fn findings(change: &Change) -> Vec<(String, Problem)> {
    check(change, &house()).into_iter().map(|found| (pointer(&found.path), found.problem)).collect()
}

/// The same for a work stream put as `web`.
fn of_stream(edit: impl FnOnce(&mut WorkStream)) -> Vec<(String, Problem)> {
    let mut stream = stream();
    edit(&mut stream);
    findings(&Change::PutWorkStream("web".into(), Arc::new(stream)))
}

#[track_caller]
fn expect(got: &[(String, Problem)], expected: &[(&str, Problem)]) {
    let got: Vec<_> = got.iter().map(|(path, problem)| (path.as_str(), *problem)).collect();
    assert_eq!(got, expected);
}

#[test]
fn what_is_built_in_and_every_default_has_no_findings() {
    let config = Config::default();
    let mut changes = vec![Change::PutSettings(config.settings.clone())];
    changes.extend(config.queues.iter().map(|(id, q)| Change::PutQueue(id.clone(), q.clone())));
    changes.extend(config.work_streams.iter().map(|(id, s)| Change::PutWorkStream(id.clone(), s.clone())));
    for kind in ChannelType::ALL {
        let stream = Arc::new(WorkStream::named("Every default", kind));
        changes.push(Change::PutWorkStream(kind.as_str().into(), stream));
    }
    changes.push(Change::PutAgent("ann".into(), Arc::new(Agent::named("Ann"))));
    for change in changes {
        assert_eq!(check(&change, &config), [], "{change:?}");
    }
}

#[test]
fn deletions_and_voided_tokens_have_no_findings() {
    assert_eq!(findings(&Change::Delete(Key::Queue("vip".into()))), []);
    assert_eq!(findings(&Change::VoidTokens("nobody".into(), 0)), []);
}

#[test]
fn parts_of_a_document_may_refer_to_one_another() {
    let agent = Agent { queue_ids: vec!["new".into()], ..Agent::named("Bob") };
    let change = Change::PutAgent("bob".into(), Arc::new(agent));
    expect(&findings(&change), &[("/queue_ids/0", Problem::UnknownQueue)]);
    let mut after = house();
    after.apply(&change);
    after.apply(&Change::PutQueue("new".into(), Arc::new(Queue::named("New", QueueType::Messaging))));
    assert_eq!(check(&change, &after), []);
}
