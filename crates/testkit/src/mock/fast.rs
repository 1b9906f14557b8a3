//! The mock for benchmarks: as little work as possible per request, so that what is measured is the gateway.
//!
//! A whole answer is one prepared write. A streamed one (`"stream":true` near the end of the body) is 1 KB of text in 220
//! events; `"bench_pace_us":N` near the end of the body puts a pause before each. Each event carries the time of its
//! write, in nanoseconds since 1970, as the number in `created`, which a gateway has no reason to touch: so the reader can
//! tell how long an event was on its way.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::Trouble;
use crate::http1::{BodyReader, Head, chunk};

/// Events of text in a stream.
pub const EVENTS: usize = 220;

const TEXT: &str = "The quick brown fox jumps over the lazy dog while rain falls on the roof. ";

/// Where in a body the mock looks for what it is asked to do: its last bytes.
const TAIL_BYTES: usize = 256;

/// Serves until it is dropped.
pub async fn serve(listener: TcpListener) -> Result<(), Trouble> {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                stream.set_nodelay(true)?;
                connections.spawn(connection(stream));
            }
            _ = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn connection(mut stream: TcpStream) -> Result<(), Trouble> {
    let mut buffer = Vec::with_capacity(4096);
    let mut body = Vec::with_capacity(4096);
    loop {
        let (head, body_at) = loop {
            if let Some(found) = Head::parse(&buffer)? {
                break found;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let mut reader = BodyReader::of_request(&head);
        body.clear();
        let mut used = body_at;
        loop {
            used = used.saturating_add(reader.push(buffer.get(used..).unwrap_or_default(), &mut body)?);
            if reader.is_done() {
                break;
            }
            if used == buffer.len() {
                buffer.clear();
                used = 0;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        }
        buffer.drain(..used);
        let tail = body.get(body.len().saturating_sub(TAIL_BYTES)..).unwrap_or_default();
        let tail = String::from_utf8_lossy(tail);
        let is_messages = head.word(1).contains("/messages");
        if tail.contains("\"stream\":true") {
            streamed(&mut stream, pace(&tail)).await?;
        } else {
            stream.write_all(whole(is_messages)).await?;
        }
    }
}

fn pace(tail: &str) -> Duration {
    let micros = tail
        .split_once("\"bench_pace_us\":")
        .map(|(_, after)| after.chars().take_while(char::is_ascii_digit).collect::<String>())
        .and_then(|digits| digits.parse().ok())
        .unwrap_or_default();
    Duration::from_micros(micros)
}

const fn whole(is_messages: bool) -> &'static [u8] {
    if is_messages {
        concat!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 249\r\n\r\n",
            r#"{"id":"msg_bench","type":"message","role":"assistant","model":"m-test","content":[{"type":"text","text":"The answer is short and holds no data of anybody."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":9}}"#
        )
        .as_bytes()
    } else {
        concat!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 287\r\n\r\n",
            r#"{"id":"chatcmpl-bench","object":"chat.completion","created":1,"model":"m-test","choices":[{"index":0,"message":{"role":"assistant","content":"The answer is short and holds no data of anybody."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":9,"total_tokens":18}}"#
        )
        .as_bytes()
    }
}

async fn streamed(stream: &mut TcpStream, pace: Duration) -> Result<(), Trouble> {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head).await?;
    let text: Vec<char> = TEXT.chars().cycle().take(1024).collect();
    let mut interval = (!pace.is_zero()).then(|| tokio::time::interval(pace));
    for at in 0..EVENTS {
        if let Some(interval) = &mut interval {
            interval.tick().await;
        }
        let from = at.saturating_mul(text.len()) / EVENTS;
        let to = at.saturating_add(1).saturating_mul(text.len()) / EVENTS;
        let piece: String = text.get(from..to).unwrap_or_default().iter().collect();
        stream.write_all(&chunk(event(&piece).as_bytes())).await?;
    }
    let end = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m-test\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    stream.write_all(&chunk(end.as_bytes())).await?;
    stream.write_all(&chunk(b"data: [DONE]\n\n")).await?;
    stream.write_all(b"0\r\n\r\n").await?;
    Ok(())
}

fn event(piece: &str) -> String {
    format!(
        "data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":{},\"model\":\"m-test\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{piece}\"}},\"finish_reason\":null}}]}}\n\n",
        unix_nanos()
    )
}

/// Nanoseconds since 1970 by the clock that mock and load generator share.
#[expect(clippy::disallowed_methods, reason = "events carry the time of their write")]
pub(crate) fn unix_nanos() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prepared_answers_tell_their_length() {
        for is_messages in [true, false] {
            let (head, at) = Head::parse(whole(is_messages)).unwrap().unwrap();
            let told: usize = head.header("content-length").unwrap().parse().unwrap();
            assert_eq!(told, whole(is_messages).len() - at);
        }
    }
}
