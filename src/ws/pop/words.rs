//! The words of a pop: as built in, or as a notification template has them.

use std::borrow::Cow;

use super::{FieldView, waiting};
use crate::domain::config::{Config, NotificationTemplate, Piece, Scenario, pieces};
use crate::domain::conversation::{By, Conversation};
use crate::domain::entity::RoutedRecord;
use crate::domain::ids::CustomerId;
use crate::domain::offer::{GrantKind, Offer};
use crate::domain::time::Timestamp;
use crate::http::wire::value::display;

/// Most details of a record in a pop: it is read within seconds.
const MAX_SHOWN_DETAILS: usize = 10;
/// Longest detail that is shown there, in characters.
const MAX_DETAIL_CHARS: usize = 200;

/// What the words are about.
pub(super) struct Words<'a> {
    pub conversation: &'a Conversation,
    /// The open offer; none where it has ended since.
    pub offer: Option<&'a Offer>,
    /// It asks for advice rather than offers.
    pub consult: bool,
    pub now: Timestamp,
    pub config: &'a Config,
}

impl<'a> Words<'a> {
    /// The template for the scenario, if the work stream names one.
    pub fn template(&self) -> Option<&'a NotificationTemplate> {
        let stream = self.config.work_streams.get(&self.conversation.born.work_stream_id)?;
        let notification = &stream.distribution.notification;
        let id = notification.templates.of(self.scenario()).or(notification.template_id.as_ref())?;
        self.config.templates.get(id).map(AsRef::as_ref)
    }

    fn scenario(&self) -> Scenario {
        match self.offer {
            _ if self.consult => Scenario::Consult,
            Some(Offer { by: By::Supervisor(_), .. }) => Scenario::Supervisor,
            Some(offer) if offer.grant.kind == GrantKind::Transfer => Scenario::Transfer,
            _ if self.conversation.customer.id.is_some() => Scenario::KnownCustomer,
            _ => Scenario::UnknownCustomer,
        }
    }

    pub fn title(&self, template: Option<&NotificationTemplate>) -> String {
        if let Some(title) = template.and_then(|template| template.title.as_deref()) {
            return self.render(title);
        }
        let moved = self.offer.is_some_and(|offer| offer.grant.kind == GrantKind::Transfer);
        let before = match moved {
            _ if self.consult => "Consult: ",
            true => "Transfer: ",
            false => "",
        };
        format!("{before}{}: {}", self.stream(), self.who().value)
    }

    pub fn fields(&self, template: Option<&'a NotificationTemplate>) -> Vec<FieldView<'a>> {
        match template.and_then(|template| template.fields.as_ref()) {
            Some(fields) => {
                let shown = fields.iter().map(|field| (field.label.as_str(), self.render(&field.value)));
                let shown = shown.filter(|(_, value)| !value.trim().is_empty());
                shown.map(|(label, value)| FieldView { label, value: value.into() }).collect()
            }
            None => self.built_in_fields(),
        }
    }

    fn built_in_fields(&self) -> Vec<FieldView<'a>> {
        let mut fields = vec![
            self.who(),
            FieldView { label: "Channel", value: self.channel().into() },
            FieldView { label: "Queue", value: self.queue().into() },
            FieldView { label: "Waiting", value: self.waiting().into() },
        ];
        let stream = self.config.work_streams.get(&self.conversation.born.work_stream_id);
        let declared = stream.map(|stream| stream.context_variables.as_slice());
        fields.extend(declared.unwrap_or_default().iter().filter_map(|variable| {
            let value = self.conversation.context.get(variable.name.as_str())?;
            Some(FieldView { label: &variable.display_name, value: display(value).into() })
        }));
        let record = self.conversation.born.record.as_deref();
        let details = record.into_iter().flat_map(|record| &record.details);
        let details = details.map(|(key, value)| FieldView { label: key, value: display(value).into() });
        let short = |field: &FieldView<'_>| field.value.chars().count() <= MAX_DETAIL_CHARS;
        fields.extend(details.filter(short).take(MAX_SHOWN_DETAILS));
        fields
    }

    /// The record that it is about, else who writes.
    fn who(&self) -> FieldView<'a> {
        match &self.conversation.born.record {
            Some(record) => FieldView { label: "Record", value: named(record).into() },
            None => FieldView { label: "Customer", value: self.customer().into() },
        }
    }

    /// A text with its slugs filled in. One that cannot be read (an older store's) shows as it is written.
    fn render(&self, text: &str) -> String {
        let Ok(pieces) = pieces(text) else { return text.to_owned() };
        let part = |piece| match piece {
            Piece::Text(text) => Cow::Borrowed(text),
            Piece::Slug(slug) => self.value(slug),
        };
        pieces.into_iter().map(part).collect()
    }

    fn value(&self, slug: &str) -> Cow<'a, str> {
        let customer = &self.conversation.customer;
        match slug {
            "agent.name" => self.giver().into(),
            "channel.name" => self.channel().into(),
            "customer.email" => customer.email.as_deref().unwrap_or_default().into(),
            "customer.name" => self.customer().into(),
            "customer.phone" => customer.phone.as_deref().unwrap_or_default().into(),
            "priority" => self.conversation.priority.to_string().into(),
            "queue.name" => self.queue().into(),
            "waiting" => self.waiting().into(),
            "work_stream.name" => self.stream().into(),
            other => {
                if let Some(key) = other.strip_prefix("record.") {
                    return self.detail(key).into();
                }
                let name = other.strip_prefix("context.").unwrap_or_default();
                self.conversation.context.get(name).map(display).unwrap_or_default().into()
            }
        }
    }

    /// What rules read under `record.` and this key.
    fn detail(&self, key: &str) -> String {
        let record = self.conversation.born.record.as_deref();
        record.and_then(|record| record.values().get(key).map(display)).unwrap_or_default()
    }

    /// Who gives it, or asks, if an agent does.
    fn giver(&self) -> &'a str {
        let id = match self.offer {
            _ if self.consult => self.conversation.agent.as_ref(),
            Some(Offer { by: By::Agent(id), .. }) => Some(id),
            _ => None,
        };
        let Some(id) = id else { return "" };
        self.config.agents.get(id).map_or(id.as_str(), |agent| &agent.name)
    }

    /// Who writes: name, else address, number, record, else nobody known.
    fn customer(&self) -> &'a str {
        let customer = &self.conversation.customer;
        let known = customer.name.as_deref().or(customer.email.as_deref()).or(customer.phone.as_deref());
        known
            .or(customer.id.as_ref().map(CustomerId::as_str))
            .filter(|text| !text.is_empty())
            .unwrap_or("New customer")
    }

    fn stream(&self) -> &'a str {
        let id = &self.conversation.born.work_stream_id;
        self.config.work_streams.get(id).map_or(id.as_str(), |stream| &stream.name)
    }

    fn channel(&self) -> &'a str {
        let id = &self.conversation.born.channel_id;
        self.config.channels.get(id).map_or(id.as_str(), |channel| &channel.name)
    }

    fn queue(&self) -> &'a str {
        let id = &self.conversation.queue_id;
        self.config.queues.get(id).map_or(id.as_str(), |queue| &queue.name)
    }

    fn waiting(&self) -> String {
        waiting(self.now.ms_since(self.conversation.queued_at))
    }
}

/// A record as people know it: its title or name, if a detail says it, else its entity and id.
fn named(record: &RoutedRecord) -> String {
    let said = ["title", "name"].into_iter().filter_map(|key| record.details.get(key));
    let said =
        said.map(display).find(|text| !text.trim().is_empty() && text.chars().count() <= MAX_DETAIL_CHARS);
    said.unwrap_or_else(|| format!("{} {}", record.entity_logical_name, record.record_id))
}
