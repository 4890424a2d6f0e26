//! Floor 4: HTTP.

pub mod auth;
pub mod body;
pub mod error;
pub mod etag;
pub mod idempotency;
pub mod schema;
pub mod wire;

mod stub;
pub use stub::Dispatcher;

use self::auth::Auth;
use self::schema::Schemas;

/// What every handler and socket has at hand (`web::Data<Edge>`).
#[derive(Debug)]
pub struct Edge {
    /// The house below.
    pub dispatcher: Dispatcher,
    /// Tokens.
    pub auth: Auth,
    /// Schemas of the served document.
    pub schemas: Schemas,
}
