//! `/docs`: the API reference, drawn by a small script from `/openapi.json`. No bundler, no other server.

use actix_web::{HttpResponse, web};

use super::resource;

const PAGE: &str = include_str!("docs/docs.html");
const SCRIPT: &str = include_str!("docs/docs.js");
const STYLE: &str = include_str!("docs/docs.css");

/// Registers the page and its two files.
pub fn register(app: &mut web::ServiceConfig) {
    for (path, media_type, text) in [
        ("/docs", "text/html; charset=utf-8", PAGE),
        ("/docs/docs.js", "text/javascript; charset=utf-8", SCRIPT),
        ("/docs/docs.css", "text/css; charset=utf-8", STYLE),
    ] {
        let answer = move || async move { HttpResponse::Ok().content_type(media_type).body(text) };
        app.service(resource(path).route(web::get().to(answer)));
    }
}
