//! Floor 4: HTTP.

pub mod auth;
pub mod body;
pub mod conversations;
pub mod error;
pub mod etag;
pub mod idempotency;
pub mod messages;
pub mod schema;
pub mod simulate;
pub mod widgets;
pub mod wire;

pub use crate::actors::dispatcher::{Asked, Dispatcher};

use self::auth::Auth;
use self::schema::Schemas;

/// What every handler and socket has at hand (`web::Data<Edge>`).
pub struct Edge {
    /// The house below.
    pub dispatcher: Dispatcher,
    /// Tokens.
    pub auth: Auth,
    /// Schemas of the served document.
    pub schemas: Schemas,
}

/// A path of the edge.
pub fn resource(path: &str) -> actix_web::Resource {
    actix_web::web::resource(path.to_owned())
}
