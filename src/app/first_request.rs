//! The first request of a connection comes in time, or the connection is told so as a problem and ended.
//!
//! The HTTP library would end it too, but with a status alone: it answers before any of our code is asked. So we are
//! sooner, and its own limit stays behind ours as the one that holds whatever happens here.

use std::cell::RefCell;
use std::net::Shutdown;
use std::rc::Rc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use actix_web::rt::task::JoinHandle;
use socket2::{SockRef, Socket};

use crate::http::error::{Kind, PROBLEM_JSON, Problem};

/// How a connection stands.
enum State {
    /// Its first request is not there; a second handle, to say when that is too late.
    Waiting(Socket),
    /// Its first request came in time.
    Arrived,
    /// It was told that it is too late.
    TooLate,
}

/// Kept with a connection.
struct Awaited {
    state: Rc<RefCell<State>>,
    clock: JoinHandle<()>,
}

impl Drop for Awaited {
    fn drop(&mut self) {
        // A connection that ended must not be held open by the second handle.
        *self.state.borrow_mut() = State::TooLate;
        self.clock.abort();
    }
}

/// Waits for the first request of a new connection; when it is late, answers, and reads no more after `linger`.
pub fn expect(stream: &TcpStream, data: &mut Extensions, within: Duration, linger: Duration) {
    // Without a second handle the library's limit is the only one.
    let Ok(socket) = SockRef::from(stream).try_clone() else { return };
    let state = Rc::new(RefCell::new(State::Waiting(socket)));
    let waiting = state.clone();
    let clock = actix_web::rt::spawn(async move {
        actix_web::rt::time::sleep(within).await;
        let State::Waiting(socket) = waiting.replace(State::TooLate) else { return };
        // Whoever is gone already hears nothing.
        let _ = socket.send(&answer(&too_late()));
        let _ = socket.shutdown(Shutdown::Write);
        actix_web::rt::time::sleep(linger).await;
        let _ = socket.shutdown(Shutdown::Read);
    });
    data.insert(Awaited { state, clock });
}

/// A request is there: whether its connection still stands. If not, the caller was told that it came too late, and it must
/// not be looked at.
pub fn arrived(request: &HttpRequest) -> bool {
    let Some(awaited) = request.conn_data::<Awaited>() else { return true };
    let mut state = awaited.state.borrow_mut();
    if matches!(*state, State::Waiting(_)) {
        awaited.clock.abort();
        *state = State::Arrived;
    }
    matches!(*state, State::Arrived)
}

/// What a connection is told that sends no whole head in time.
pub fn too_late() -> Problem {
    Problem::new(Kind::RequestTimeout, "no whole request came in time on this connection; nothing happened")
}

fn answer(problem: &Problem) -> Vec<u8> {
    let body = serde_json::to_vec(problem).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 408 Request Timeout\r\ncontent-type: {PROBLEM_JSON}\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::sync::Arc;

    use actix_web::web;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::super::serve;
    use crate::actors::house::{Bounds, House, HouseConfig};
    use crate::http::auth::Auth;
    use crate::http::schema::Schemas;
    use crate::http::{Edge, openapi};
    use crate::outbound::Client;
    use crate::outbound::guard::Guard;
    use crate::ports::ids::random_bytes;

    use super::*;

    /// A server whose connections have this long for their first request.
    fn server(within: Duration) -> (House, SocketAddr) {
        let frame_writer = Arc::new(crate::ws::frames::Frames);
        let bounds = Bounds::default();
        let house = House::open(HouseConfig { data_dir: None, frame_writer, bounds }).unwrap();
        let (auth, _) = Auth::open(None, Some("a token"), random_bytes).unwrap();
        let schemas = Schemas::new(&openapi::document());
        let edge = Edge::new(house.dispatcher(), auth, schemas, Client::new(Guard::default()));
        let listener = serve::bind("127.0.0.1:0", false).unwrap();
        let address = listener.local_addr().unwrap();
        actix_web::rt::spawn(serve::server(listener, web::Data::new(edge), 1, within).unwrap());
        (house, address)
    }

    async fn connect(address: SocketAddr, says: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // One that is closed already takes nothing, which its answer shows.
        let _ = stream.write_all(says.as_bytes()).await;
        stream
    }

    /// What comes up to the end of the connection.
    async fn rest(mut stream: TcpStream) -> String {
        let mut text = String::new();
        let read = stream.read_to_string(&mut text);
        tokio::time::timeout(Duration::from_secs(60), read).await.expect("the server ends it").unwrap();
        text
    }

    /// Up to the end of one answer whose body is `ok`.
    async fn one_ok(stream: &mut TcpStream) -> bool {
        let mut text = Vec::new();
        while stream.read_buf(&mut text).await.is_ok_and(|read| read > 0) {
            if text.ends_with(b"\r\n\r\nok\n") {
                return true;
            }
        }
        false
    }

    #[actix_web::test]
    async fn a_connection_whose_request_does_not_come_in_time_is_told_so_as_a_problem() {
        let (_house, address) = server(Duration::from_millis(20));
        for says in ["", "GET /healthz HTTP/1.1\r\nhost: x\r\nx-sl"] {
            let text = rest(connect(address, says).await).await;
            let (head, body) = text.split_once("\r\n\r\n").expect("an answer");
            assert!(head.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{head}");
            assert!(head.contains("content-type: application/problem+json\r\n"), "{head}");
            let problem: serde_json::Value = serde_json::from_str(body).expect("JSON, and nothing behind it");
            assert_eq!((&problem["status"], &problem["code"]), (&408.into(), &"request_timeout".into()));
            assert_eq!(problem["retryable"], true);
        }
    }

    #[actix_web::test]
    async fn a_connection_whose_first_request_came_in_time_stays() {
        const ASKS: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
        let (_house, address) = server(Duration::from_millis(200));
        let mut kept = loop {
            let mut stream = connect(address, ASKS).await;
            if one_ok(&mut stream).await {
                break stream;
            }
        };
        // One that began later was too late: the time of the first is over, too.
        let later = rest(connect(address, "").await).await;
        assert!(later.starts_with("HTTP/1.1 408 "), "{later}");
        kept.write_all(ASKS.as_bytes()).await.unwrap();
        assert!(one_ok(&mut kept).await);
    }
}
