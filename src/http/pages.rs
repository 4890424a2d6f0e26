//! Pages and what they need, embedded in the program; nothing is asked of any other server.
//!
//! Owns the content security policy of everything that a browser shows.

use actix_web::http::header::{self, CACHE_CONTROL, ETAG};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::fmt::Write;

use super::error::Problem;
use super::etag::has_already;
use super::resource;

/// What a page may load: its own server's files, and nothing inline. Ends with who may frame it.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; connect-src 'self'; img-src 'self' data:; \
    script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// Pages by path.
const PAGES: [(&str, &str); 6] = [
    ("/", "index.html"),
    ("/agent", "agent.html"),
    ("/supervisor", "supervisor.html"),
    ("/admin", "admin.html"),
    ("/design", "design.html"),
    ("/chat", "chat.html"),
];

/// Registers pages and `/static/…`.
pub fn register(app: &mut web::ServiceConfig) {
    for (path, file) in PAGES {
        app.service(
            resource(path)
                .route(web::get().to(move |request: HttpRequest| async move { serve(&request, file) })),
        );
    }
    app.service(resource("/static/{file:.*}").route(web::get().to(asset)));
}

async fn asset(request: HttpRequest, file: web::Path<String>) -> Result<HttpResponse, Problem> {
    serve(&request, &file)
}

/// A page that must be asked for each time, because its headers follow the configuration.
pub(super) fn fresh(name: &str, policy: String) -> Result<HttpResponse, Problem> {
    let file = Files::get(name).ok_or_else(|| Problem::not_found("file"))?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .content_type(media_type(name))
        .body(file.data.into_owned()))
}

fn serve(request: &HttpRequest, name: &str) -> Result<HttpResponse, Problem> {
    let file = Files::get(name).ok_or_else(|| Problem::not_found("file"))?;
    let tag = tag(&file);
    let unchanged = has_already(request, &tag);
    let mut response = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    // Names carry no version, so a browser asks each time and is told "not modified" by the digest.
    response.insert_header((CACHE_CONTROL, "no-cache")).insert_header((ETAG, tag));
    if unchanged {
        return Ok(response.finish());
    }
    Ok(response.content_type(media_type(name)).body(file.data.into_owned()))
}

fn tag(file: &EmbeddedFile) -> String {
    let digest = file.metadata.sha256_hash();
    let hex = digest.iter().take(12).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    format!("\"{hex}\"")
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
