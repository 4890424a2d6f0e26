//! `GET /v1/audit`: what administrators and supervisors did (supervisor, admin), oldest first (SPEC §17).

pub mod doc;
mod query;
mod view;

use actix_web::{HttpRequest, HttpResponse, web};

use self::query::Asked;
use self::view::ActView;
use super::auth::Authenticated;
use super::error::{Kind, Problem};
use super::paging::List;
use super::{Edge, resource};
use crate::domain::config::Role;

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(resource("/v1/audit").route(web::get().to(list)));
}

async fn list(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Supervisor])?;
    let asked = Asked::of(&request)?;
    let limit = asked.limit;
    let look = move || {
        let fits = |act: &_| asked.fits(act);
        edge.dispatcher.read().acts(&fits, (asked.from, asked.to), asked.after, asked.limit + 1)
    };
    let found = web::block(look).await;
    let found = found.map_err(|_| Problem::new(Kind::Internal, "the audit log could not be read"))??;
    let page = List::cut(found, limit, |act| act.id.to_string());
    let items: Vec<ActView> = page.items.iter().map(|act| ActView::from(&**act)).collect();
    Ok(HttpResponse::Ok().json(List { items, next_cursor: page.next_cursor }))
}
