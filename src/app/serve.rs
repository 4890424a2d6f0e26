//! The HTTP server: its address, its connections, and what wraps every request.

use std::any::Any;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Extensions, Server, ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::{Next, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::{App, Error, HttpServer, ResponseError, web};
use socket2::{Domain, Protocol, SockRef, Socket, Type};

use crate::http::error::{Kind, Problem};
use crate::http::{Edge, pages};
use crate::limits::{LINGER_MS, MAX_CONNECTIONS, STOP_WITHIN_SECONDS, TCP_USER_TIMEOUT_MS};
use crate::ports::clock::Stopwatch;

/// Connections that wait for the server to take them.
const BACKLOG: i32 = 2048;

/// Binds an address; of several that a name has, the first that can be bound.
pub fn bind(listen: &str, or_any_port: bool) -> io::Result<TcpListener> {
    let addresses: Vec<SocketAddr> = std::net::ToSocketAddrs::to_socket_addrs(listen)?.collect();
    let mut last = io::Error::new(io::ErrorKind::InvalidInput, "not an address");
    for address in addresses {
        match bind_one(address) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && or_any_port => {
                return bind_one(SocketAddr::new(address.ip(), 0));
            }
            Err(error) => last = error,
            bound => return bound,
        }
    }
    Err(last)
}

fn bind_one(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A restart must not wait for connections of before to be forgotten. Two listeners still exclude each other.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// The server over a listener.
pub fn server(listener: TcpListener, edge: web::Data<Edge>, workers: usize) -> io::Result<Server> {
    let factory =
        move || App::new().app_data(edge.clone()).wrap(from_fn(around)).configure(crate::http::register);
    let mut server = HttpServer::new(factory)
        .on_connect(tune)
        .max_connections(MAX_CONNECTIONS)
        .client_request_timeout(Duration::from_secs(10))
        .keep_alive(Duration::from_secs(75))
        .client_disconnect_timeout(Duration::from_millis(LINGER_MS))
        .shutdown_timeout(STOP_WITHIN_SECONDS / 3)
        .disable_signals();
    if workers > 0 {
        server = server.workers(workers);
    }
    Ok(server.listen(listener)?.run())
}

/// Small frames leave at once, and a peer that acknowledges nothing is given up by the kernel: its socket's
/// actor cannot do that while it is jammed (ARCHITECTURE §3).
fn tune(connection: &dyn Any, _: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
    let socket = SockRef::from(stream);
    // Neither failing is a reason to refuse the connection.
    let _ = socket.set_tcp_nodelay(true);
    #[cfg(target_os = "linux")]
    let _ = socket.set_tcp_user_timeout(Some(Duration::from_millis(TCP_USER_TIMEOUT_MS)));
}

/// What surrounds every request: refusal while closing, count, log line, headers.
async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let stopwatch = Stopwatch::start();
    let edge = request.app_data::<web::Data<Edge>>().cloned();
    let closing = edge.as_ref().is_some_and(|edge| edge.is_stopping()) && request.path() != "/healthz";
    let mut response = if closing {
        let problem = Problem::new(Kind::Stopping, "the server is closing; nothing happened").after(5);
        request.into_response(problem.error_response()).map_into_right_body()
    } else {
        match next.call(request).await {
            Ok(response) => response.map_into_left_body(),
            Err(error) => return Err(error),
        }
    };
    headers(&mut response);
    let status = response.status().as_u16();
    let took_us = stopwatch.elapsed_us();
    if let Some(edge) = edge {
        edge.counters.answered(status, u64::from(took_us));
    }
    if status == 500 || tracing::enabled!(tracing::Level::DEBUG) {
        let (method, pattern) = (response.request().method(), response.request().match_pattern());
        // The pattern and not the path: ids of people are nobody's business in a log, tokens even less.
        let path = pattern.as_deref().unwrap_or("unknown");
        tracing::debug!(http.method = %method, http.path = path, http.status = status, took_us, "request");
        if status == 500 {
            tracing::error!(http.method = %method, http.path = path, "request failed");
        }
    }
    Ok(response)
}

fn headers<B>(response: &mut ServiceResponse<B>) {
    const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(CONTENT_SECURITY_POLICY, pages::CONTENT_SECURITY_POLICY);
    set(REFERRER_POLICY, "no-referrer");
    set(PERMISSIONS, "camera=(), microphone=(), geolocation=()");
    set(CACHE_CONTROL, "no-store");
}
