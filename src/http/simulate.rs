//! `POST /v1/routing/simulate`: the decision that such a conversation would get; nothing changes.

use actix_web::{HttpRequest, HttpResponse, web};

use super::auth::Authenticated;
use super::body::Body;
use super::conversations::{Question, complete};
use super::error::{Kind, Problem};
use super::wire::request::Simulation;
use super::wire::time;
use super::{Edge, resource};
use crate::domain::command::Command;
use crate::domain::config::{Config, Role};
use crate::domain::ids::{ChannelId, WorkStreamId};

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
            let simulated = match given.and_then(|given| command(given, &auth, &config)) {
                Ok(command) => question.ask(command, 200).await,
                Err(problem) => Err(problem),
            };
            simulated.map_err(|problem| complete(problem, &body, &config))
        })
        .await
}

fn command(given: Simulation, auth: &Authenticated, config: &Config) -> Result<Command, Problem> {
    let at = match given.at.as_deref().map(time::parse) {
        None => None,
        Some(Some(at)) => Some(at),
        Some(None) => return Err(Problem::field("/at", "must be an RFC 3339 instant")),
    };
    let (channel, work_stream) = place(given.channel_id.as_deref(), given.work_stream_id.as_deref(), config)?;
    let named = |id: &ChannelId| work_stream.is_none() && auth.allows_channel(id);
    let serves = |stream: &WorkStreamId| {
        let mut channels = config.channels.iter().filter(|(_, channel)| channel.work_stream_id == *stream);
        auth.channels.is_empty() || channels.any(|(id, _)| auth.allows_channel(id))
    };
    if !named(&channel) && !work_stream.as_ref().is_some_and(serves) {
        return Err(Problem::new(Kind::Forbidden, "this key is limited to other channels"));
    }
    Ok(Command::Simulate { draft: Box::new(given.draft(channel)), work_stream, at })
}

/// Channel and, if it was named instead, work stream. Of a work stream any channel will do.
fn place(
    channel: Option<&str>,
    stream: Option<&str>,
    config: &Config,
) -> Result<(ChannelId, Option<WorkStreamId>), Problem> {
    match (channel, stream) {
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
            if !config.work_streams.contains_key(&id) {
                return Err(Problem::field("/work_stream_id", "no such work stream"));
            }
            let channel = config.channels.iter().find(|(_, channel)| channel.work_stream_id == id);
            Ok((channel.map_or_else(|| "simulated".into(), |(id, _)| id.clone()), Some(id)))
        }
        (None, None) => Err(Problem::field("/channel_id", "give channel_id or work_stream_id")),
        (Some(_), Some(_)) => {
            Err(Problem::field("/work_stream_id", "give either channel_id or work_stream_id"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_place_is_named_and_exists() {
        let config = Config::default();
        let field = |channel, stream| place(channel, stream, &config).unwrap_err().errors[0].field.clone();
        assert_eq!(field(None, None), "/channel_id");
        assert_eq!(field(Some("web"), None), "/channel_id");
        assert_eq!(field(Some("web"), Some("x")), "/work_stream_id");
        assert_eq!(field(None, Some("x")), "/work_stream_id");
        assert!(place(None, Some("default-live-chat"), &config).unwrap().1.is_some());
    }
}
