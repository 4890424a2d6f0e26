//! `/metrics` in the Prometheus text format; takes a token except from loopback.

use std::fmt::Write;

use actix_web::{HttpRequest, HttpResponse, web};

use super::auth::Authenticated;
use super::error::Problem;
use super::{Edge, resource};
use crate::domain::config::Role;
use crate::domain::outbound::{Lines, Target};
use crate::outbound::Tally;
use crate::telemetry::Counters;

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(resource("/metrics").route(web::get().to(metrics)));
}

async fn metrics(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    if !edge.trusted_proxies.is_local(&request) {
        Authenticated::of(&request)?.require(&[Role::Supervisor, Role::Backend])?;
    }
    let text = render(&edge);
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}

fn render(edge: &Edge) -> String {
    let mut text = String::new();
    process(&mut text, &edge.counters);
    house(&mut text, edge);
    outgoing(&mut text, edge);
    text
}

fn process(text: &mut String, counters: &Counters) {
    family(text, "callboard_build_info", "gauge", "The version that runs.");
    line(text, "callboard_build_info", &format!("version=\"{}\"", env!("CARGO_PKG_VERSION")), 1);
    family(text, "callboard_http_answers_total", "counter", "Answers by class of status.");
    for (index, counter) in counters.answers.iter().enumerate() {
        line(text, "callboard_http_answers_total", &format!("class=\"{}xx\"", index + 1), counter.get());
    }
    for (name, help, counter) in [
        ("callboard_http_request_us_total", "Microseconds spent in requests.", &counters.request_us),
        ("callboard_refused_at_a_bound_total", "Answers 429 and 503.", &counters.refused_at_a_bound),
    ] {
        family(text, name, "counter", help);
        line(text, name, "", counter.get());
    }
}

fn house(text: &mut String, edge: &Edge) {
    let config = edge.dispatcher.config();
    family(text, "callboard_config_version", "gauge", "Version of the configuration in force.");
    line(text, "callboard_config_version", "", config.version);
    let (mut connected, mut used, mut total, mut conversations) = (0_u64, 0_u64, 0_u64, 0_u64);
    for agent in config.agents.keys() {
        let view = edge.dispatcher.read().agent(agent);
        if view.shown.connected {
            connected += 1;
            used += u64::from(view.shown.used);
            total += u64::from(view.shown.capacity);
        }
        conversations += view.conversations.len() as u64;
    }
    let sockets = edge.dispatcher.feeds().sockets() as u64;
    for (name, help, value) in [
        ("callboard_sockets", "Open sockets of agents and customers.", sockets),
        ("callboard_agents_connected", "Agents with an open socket.", connected),
        ("callboard_capacity_used", "Units used by connected agents.", used),
        ("callboard_capacity_total", "Units of connected agents.", total),
        ("callboard_agent_conversations", "Conversations with an agent.", conversations),
    ] {
        family(text, name, "gauge", help);
        line(text, name, "", value);
    }
}

/// Deliveries to webhooks and providers.
fn outgoing(text: &mut String, edge: &Edge) {
    let tallies = edge.outbound.tallies().all();
    for (name, help, of) in [
        (
            "callboard_deliveries_total",
            "Deliveries that arrived, since the process began.",
            (|tally| tally.delivered) as fn(&Tally) -> u64,
        ),
        ("callboard_delivery_failures_total", "Attempts that failed, since the process began.", |tally| {
            tally.failed
        }),
    ] {
        family(text, name, "counter", help);
        tallies.iter().for_each(|(target, tally)| line(text, name, &labels(target), of(tally)));
    }
    let now = edge.dispatcher.now();
    let rows: Vec<(String, [u64; 3])> = edge.dispatcher.read().outbound(|outbound| {
        let row = |(target, lines): (&Target, &Lines)| {
            let lag_ms = lines.oldest().map_or(0, |oldest| now.ms_since(oldest).max(0)).unsigned_abs();
            (labels(target), [lines.pending_len() as u64, lines.dead_len() as u64, lag_ms / 1000])
        };
        outbound.targets().map(row).collect()
    });
    for (index, (name, help)) in [
        ("callboard_deliveries_pending", "Deliveries that wait."),
        ("callboard_deliveries_dead", "Dead letters that are kept."),
        ("callboard_delivery_lag_seconds", "Age of the oldest event that waits for its delivery."),
    ]
    .into_iter()
    .enumerate()
    {
        family(text, name, "gauge", help);
        rows.iter().for_each(|(labels, values)| line(text, name, labels, values[index]));
    }
}

fn labels(target: &Target) -> String {
    match target {
        Target::Webhook(id) => format!("kind=\"webhook\",id=\"{id}\""),
        Target::Channel(id) => format!("kind=\"channel\",id=\"{id}\""),
    }
}

fn family(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(text: &mut String, name: &str, labels: &str, value: u64) {
    let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
    let _ = writeln!(text, "{name}{labels} {value}");
}
