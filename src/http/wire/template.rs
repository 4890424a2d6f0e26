//! Notification templates on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::common::{wire_enum, yes};
use crate::domain::config as domain;

wire_enum! {
    /// How the pop draws attention.
    Theme = domain::Theme { Standard, Calm, Urgent }
}

wire_enum! {
    /// When a notification of the desktop is shown beside the pop: never, while the page is in the background,
    /// always.
    Desktop = domain::Desktop { Never, Background, Always }
}

fn standard() -> Theme {
    Theme::Standard
}

fn background() -> Desktop {
    Desktop::Background
}

/// One line of a pop.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateField {
    /// What stands before it.
    #[schema(min_length = 1, max_length = 100)]
    pub label: String,
    /// Text with slugs; a line whose value comes out empty is left out.
    #[schema(min_length = 1, max_length = 300)]
    pub value: String,
}

/// What the screen pop says and how it shows. Slugs stand in braces: `{customer.name}` `{customer.email}`
/// `{customer.phone}` `{channel.name}` `{queue.name}` `{work_stream.name}` `{agent.name}` (who gives it, in a transfer)
/// `{waiting}` `{priority}` `{context.NAME}`; one without data is empty; `{{` and `}}` are braces.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationTemplate {
    /// As in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub id: Option<String>,
    /// What people see.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Text with slugs; null: the built-in title.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 300)]
    pub title: Option<String>,
    /// Lines; null: the built-in ones (customer, channel, queue, waiting, declared variables that have data).
    #[serde(default)]
    #[schema(max_items = 20)]
    pub fields: Option<Vec<TemplateField>>,
    /// Look.
    #[serde(default = "standard")]
    #[schema(default = "standard")]
    pub theme: Theme,
    /// Notification of the desktop.
    #[serde(default = "background")]
    #[schema(default = "background")]
    pub desktop: Desktop,
    /// Whether the time that is left is shown.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub show_timer: bool,
}

impl From<NotificationTemplate> for domain::NotificationTemplate {
    fn from(wire: NotificationTemplate) -> Self {
        let field = |field: TemplateField| domain::TemplateField { label: field.label, value: field.value };
        Self {
            name: wire.name,
            title: wire.title,
            fields: wire.fields.map(|fields| fields.into_iter().map(field).collect()),
            theme: wire.theme.into(),
            desktop: wire.desktop.into(),
            show_timer: wire.show_timer,
        }
    }
}

impl From<&domain::NotificationTemplate> for NotificationTemplate {
    fn from(template: &domain::NotificationTemplate) -> Self {
        let field = |field: &domain::TemplateField| TemplateField {
            label: field.label.clone(),
            value: field.value.clone(),
        };
        Self {
            id: None,
            name: template.name.clone(),
            title: template.title.clone(),
            fields: template.fields.as_ref().map(|fields| fields.iter().map(field).collect()),
            theme: template.theme.into(),
            desktop: template.desktop.into(),
            show_timer: template.show_timer,
        }
    }
}

/// Templates by scenario; null: the stream's `template_id`.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = NotificationTemplates)]
pub struct Templates {
    /// The customer is linked to a record.
    #[schema(max_length = 64)]
    pub known_customer: Option<String>,
    /// The customer is not.
    #[schema(max_length = 64)]
    pub unknown_customer: Option<String>,
    /// Another agent transfers it.
    #[schema(max_length = 64)]
    pub transfer: Option<String>,
    /// Another agent asks for advice.
    #[schema(max_length = 64)]
    pub consult: Option<String>,
    /// A supervisor transfers it.
    #[schema(max_length = 64)]
    pub supervisor: Option<String>,
}

impl Templates {
    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl From<Templates> for domain::Templates {
    fn from(wire: Templates) -> Self {
        Self {
            known_customer: wire.known_customer.map(Into::into),
            unknown_customer: wire.unknown_customer.map(Into::into),
            transfer: wire.transfer.map(Into::into),
            consult: wire.consult.map(Into::into),
            supervisor: wire.supervisor.map(Into::into),
        }
    }
}

impl From<&domain::Templates> for Templates {
    fn from(templates: &domain::Templates) -> Self {
        let text = |id: &Option<crate::domain::ids::TemplateId>| id.as_ref().map(ToString::to_string);
        Self {
            known_customer: text(&templates.known_customer),
            unknown_customer: text(&templates.unknown_customer),
            transfer: text(&templates.transfer),
            consult: text(&templates.consult),
            supervisor: text(&templates.supervisor),
        }
    }
}
