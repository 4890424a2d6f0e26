//! `POST /v1/routing/simulate`: the decision that such a conversation would get; nothing changes.
//!
//! With a draft of a work stream, the machines look at a copy of the configuration that has it in place of the saved one.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::auth::Authenticated;
use super::body::Body;
use super::config::collections::WorkStreams;
use super::config::{Resource, anothers, checks};
use super::conversations::{Question, complete};
use super::error::{FieldError, Kind, Problem};
use super::wire::request::Simulation;
use super::wire::time;
use super::wire::work_stream::WorkStream;
use super::{Edge, resource};
use crate::domain::command::Command;
use crate::domain::config::{Config, Role};
use crate::domain::ids::{ChannelId, WorkStreamId, is_config_id};

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(resource("/v1/routing/simulate").route(web::post().to(simulate)));
}

async fn simulate(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Supervisor])?;
    let question = Question::new(&edge, &request, &auth, body.bytes())?;
    question
        .once(200, async |question| {
            let config = edge.dispatcher.config();
            let given = body.json::<Simulation>(&edge.schemas);
            match given.and_then(|given| command(given, &auth, &config)) {
                Ok((command, under)) => {
                    let under = under.unwrap_or(config);
                    let simulated = question.ask(command, 200).await;
                    simulated.map_err(|problem| complete(problem, &body, &under))
                }
                Err(problem) => Err(complete(problem, &body, &config)),
            }
        })
        .await
}

/// What is asked, and under which configuration if not the one in force.
fn command(
    mut given: Simulation,
    auth: &Authenticated,
    config: &Config,
) -> Result<(Command, Option<Arc<Config>>), Problem> {
    let at = match given.at.as_deref().map(time::parse) {
        None => None,
        Some(Some(at)) => Some(at),
        Some(None) => return Err(Problem::field("/at", "must be an RFC 3339 instant")),
    };
    let draft = given.work_stream.take();
    let draft_id = draft.as_ref().and_then(|draft| draft.id.as_deref());
    let place = Place {
        channel: given.channel_id.as_deref(),
        stream: given.work_stream_id.as_deref(),
        drafted: draft.is_some(),
        own: draft_id,
    };
    let (channel, work_stream) = place.of(config)?;
    let named = |id: &ChannelId| work_stream.is_none() && auth.allows_channel(id);
    let serves = |stream: &WorkStreamId| {
        let mut channels = config.channels.iter().filter(|(_, channel)| channel.work_stream_id == *stream);
        auth.channels.is_empty() || channels.any(|(id, _)| auth.allows_channel(id))
    };
    if !named(&channel) && !work_stream.as_ref().is_some_and(serves) {
        return Err(Problem::new(Kind::Forbidden, "this key is limited to other channels"));
    }
    let of_channel = || config.channels.get(&channel).map(|channel| channel.work_stream_id.clone());
    let under = match (draft, work_stream.clone().or_else(of_channel)) {
        (Some(draft), Some(id)) if draft.id.as_deref().is_some_and(|own| own != id.as_str()) => {
            return Err(Problem::invalid(vec![anothers("/work_stream/id")]));
        }
        (Some(draft), Some(id)) => Some(Arc::new(drafted(*draft, &id, config)?)),
        _ => None,
    };
    let draft = Box::new(given.draft(channel));
    Ok((Command::Simulate { draft, work_stream, at, under: under.clone() }, under))
}

/// The configuration with this draft in it, which is checked as if it were saved.
fn drafted(draft: WorkStream, id: &WorkStreamId, config: &Config) -> Result<Config, Problem> {
    let wrong = |errors: Vec<FieldError>| {
        let under =
            |error: FieldError| FieldError::new(format!("/work_stream{}", error.field), error.message);
        Problem::invalid(errors.into_iter().map(under).collect())
    };
    let change = WorkStreams::change(id.as_str(), draft, config).map_err(wrong)?;
    let findings = checks::check(&change, config);
    if !findings.is_empty() {
        return Err(wrong(findings));
    }
    let mut drafted = config.clone();
    drafted.apply(&change);
    // Records name the version that is in force: the draft has none.
    drafted.version = config.version;
    Ok(drafted)
}

/// Where it would come in, as the body says.
struct Place<'a> {
    channel: Option<&'a str>,
    stream: Option<&'a str>,
    /// Whether there is a draft.
    drafted: bool,
    /// The id that it says.
    own: Option<&'a str>,
}

/// Id of a draft that says none.
const DRAFT: &str = "simulated";

impl Place<'_> {
    /// Channel and, if it was named instead, work stream. Of a work stream any channel will do; one that is drafted need
    /// not exist.
    fn of(&self, config: &Config) -> Result<(ChannelId, Option<WorkStreamId>), Problem> {
        let drafted = self.drafted;
        match (self.channel, self.stream) {
            (Some(channel), None) => {
                let id = ChannelId::from(channel);
                if config.channels.contains_key(&id) {
                    Ok((id, None))
                } else {
                    Err(Problem::field("/channel_id", "no such channel"))
                }
            }
            (None, Some(stream)) => {
                let id = WorkStreamId::from(stream);
                if drafted && !is_config_id(stream) {
                    return Err(Problem::field("/work_stream_id", "an id is [a-z0-9][a-z0-9._-]{0,63}"));
                }
                if !drafted && !config.work_streams.contains_key(&id) {
                    return Err(Problem::field("/work_stream_id", "no such work stream"));
                }
                let channel = config.channels.iter().find(|(_, channel)| channel.work_stream_id == id);
                Ok((channel.map_or_else(|| "simulated".into(), |(id, _)| id.clone()), Some(id)))
            }
            (None, None) => match self.own {
                Some(own) if !is_config_id(own) => {
                    Err(Problem::field("/work_stream/id", "an id is [a-z0-9][a-z0-9._-]{0,63}"))
                }
                // As if its id were named beside it.
                Some(own) => Place { stream: Some(own), ..*self }.of(config),
                None if drafted => Ok(("simulated".into(), Some(DRAFT.into()))),
                None => Err(Problem::field("/channel_id", "give channel_id or work_stream_id")),
            },
            (Some(_), Some(_)) => {
                Err(Problem::field("/work_stream_id", "give either channel_id or work_stream_id"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_place_is_named_and_exists() {
        let config = Config::default();
        let place = |channel, stream| Place { channel, stream, drafted: false, own: None };
        let field = |channel, stream| place(channel, stream).of(&config).unwrap_err().errors[0].field.clone();
        assert_eq!(field(None, None), "/channel_id");
        assert_eq!(field(Some("web"), None), "/channel_id");
        assert_eq!(field(Some("web"), Some("x")), "/work_stream_id");
        assert_eq!(field(None, Some("x")), "/work_stream_id");
        assert!(place(None, Some("default-live-chat")).of(&config).unwrap().1.is_some());
    }

    #[test]
    fn a_draft_stands_alone_or_in_the_place_of_what_is_named() {
        let config = Config::default();
        let of = |channel, stream| Place { channel, stream, drafted: true, own: None }.of(&config);
        let own = |id| Place { channel: None, stream: None, drafted: true, own: Some(id) }.of(&config);
        assert_eq!(own("mine").unwrap().1.unwrap().as_str(), "mine");
        assert_eq!(own("No!").unwrap_err().errors[0].field, "/work_stream/id");
        assert_eq!(of(None, None).unwrap().1.unwrap().as_str(), DRAFT);
        assert_eq!(of(None, Some("new")).unwrap().1.unwrap().as_str(), "new");
        assert_eq!(of(Some("nope"), None).unwrap_err().errors[0].field, "/channel_id");
    }
}
