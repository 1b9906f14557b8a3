//! Connections of the mock: read a request, record it, carry out the steps of its answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::answer::{Step, refusing};
use super::{Answers, Call, Shared, answer, echo};
use crate::Trouble;
use crate::http1::{BodyReader, Head};
use crate::marks::Marks;

/// Accepts connections until it is dropped, and all connections with it.
pub(super) async fn accept(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    let _ = stream.set_nodelay(true);
                    connections.spawn(connection(stream, Arc::clone(&shared)));
                }
            }
            _ = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn connection(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut buffer = Vec::new();
    while let Ok(Some(call)) = request(&mut stream, &mut buffer).await {
        let (index, steps) = record(&shared, call);
        let (mut reader, mut writer) = stream.split();
        let goes_on = tokio::select! {
            goes_on = carry_out(&mut writer, steps) => goes_on,
            () = closed(&mut reader) => {
                if let Some(call) = shared.state().calls.get_mut(index) {
                    call.closed_at = Some(now());
                }
                false
            }
        };
        if !goes_on {
            return;
        }
    }
}

/// The next request; `None` when the other side is done.
async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Option<Call>, Trouble> {
    let (head, body_at) = loop {
        if let Some(found) = Head::parse(buffer)? {
            break found;
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    };
    let mut reader = BodyReader::of_request(&head);
    let mut body = Vec::new();
    let mut used = body_at;
    loop {
        used = used.saturating_add(reader.push(buffer.get(used..).unwrap_or_default(), &mut body)?);
        if reader.is_done() {
            break;
        }
        if stream.read_buf(buffer).await? == 0 {
            return Err(Trouble::new("the request broke off"));
        }
    }
    let raw = buffer.drain(..used).collect();
    Ok(Some(Call { head, body, raw, at: now(), closed_at: None }))
}

fn record(shared: &Shared, call: Call) -> (usize, Vec<Step>) {
    let mut state = shared.state();
    let index = state.calls.len();
    let attempt = state.next_attempt;
    state.next_attempt = attempt.saturating_add(1);
    let steps = match &mut state.answers {
        Answers::Plain => Ok(echo::plain(&call)),
        Answers::Echo { piece_chars } => Ok(echo::echoed(&call, *piece_chars)),
        Answers::Always(attempt) => answer::steps(attempt, &Marks::default()),
        Answers::Script { attempts, marks } => {
            if let Some(body) = call.json() {
                marks.learn(&body);
            }
            match attempts.get(attempt) {
                Some(attempt) => answer::steps(attempt, marks),
                None => Ok(echo::plain(&call)),
            }
        }
    };
    let steps = steps.unwrap_or_else(|trouble| {
        state.troubles.push(trouble);
        refusing()
    });
    state.calls.push(call);
    (index, steps)
}

/// True when the connection may carry a further request.
async fn carry_out(writer: &mut WriteHalf<'_>, steps: Vec<Step>) -> bool {
    for step in steps {
        match step {
            Step::Wait(duration) => tokio::time::sleep(duration).await,
            Step::Write(bytes) => {
                if writer.write_all(&bytes).await.is_err() {
                    return false;
                }
            }
            Step::WriteBytewise(bytes) => {
                for byte in bytes {
                    if writer.write_all(&[byte]).await.is_err() {
                        return false;
                    }
                    tokio::task::yield_now().await;
                }
            }
            Step::Compressed { head, body, encoding } => {
                let Ok(body) = crate::compression::encode(&body, &encoding).await else { return false };
                let mut bytes = head;
                bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
                bytes.extend_from_slice(&body);
                if writer.write_all(&bytes).await.is_err() {
                    return false;
                }
            }
            Step::Reset => {
                let _ = writer.as_ref().set_zero_linger();
                return false;
            }
            Step::Hang => std::future::pending::<()>().await,
        }
    }
    true
}

/// Resolves when the other side closed; never when it sends something first.
async fn closed(reader: &mut ReadHalf<'_>) {
    let mut byte = [0_u8; 1];
    match reader.peek(&mut byte).await {
        Ok(0) | Err(_) => {}
        Ok(_) => std::future::pending::<()>().await,
    }
}

#[expect(clippy::disallowed_methods, reason = "the mock tells when requests came and went")]
fn now() -> Instant {
    Instant::now()
}

/// Pause between the two writes of a cut, long enough that they arrive apart.
pub(super) const CUT_PAUSE: Duration = Duration::from_millis(60);
