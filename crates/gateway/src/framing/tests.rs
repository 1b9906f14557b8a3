//! Any cut of what comes gives the same: good requests unchanged, nothing of or after a bad one.

use std::collections::VecDeque;

use bytes::Bytes;
use futures_util::FutureExt;
use proptest::prelude::*;
use tokio::io::AsyncReadExt;
use wire::DialectId;

use super::*;

const LIMIT: usize = 1 << 10;

/// Gives these pieces, one for each read, then the end.
struct Pieces(VecDeque<Bytes>);

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Some(mut piece) = self.0.pop_front() else { return Poll::Ready(Ok(())) };
        if piece.is_empty() {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        buffer.put_slice(&piece.split_to(piece.len().min(buffer.remaining())));
        if !piece.is_empty() {
            self.0.push_front(piece);
        }
        Poll::Ready(Ok(()))
    }
}

struct Framed {
    inner: Pieces,
    framing: Framing,
}

impl AsyncRead for Framed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        this.framing.poll_read(&mut this.inner, context, buffer)
    }
}

/// What goes on of these pieces, read in steps of `step` bytes, and the number and refusal of the bad head.
fn passed(pieces: Vec<Bytes>, step: usize) -> (Vec<u8>, Option<(u64, BadHead)>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let bad = BadHeads::default();
        let framing = Framing::new(LIMIT, Duration::from_secs(60), Activity::new(), bad.clone());
        let mut framed = Framed { inner: Pieces(pieces.into()), framing };
        let (mut all, mut space) = (Vec::new(), vec![0; step]);
        loop {
            let read = framed.read(&mut space);
            // After a bad head nothing comes any more, not even the end.
            let count = if bad.0.get().is_some() { read.now_or_never().unwrap_or(Ok(0)) } else { read.await };
            match count.unwrap() {
                0 => return (all, bad.0.get().cloned()),
                count => all.extend_from_slice(&space[..count]),
            }
        }
    })
}

fn whole(bytes: &[u8]) -> Vec<Bytes> {
    vec![Bytes::copy_from_slice(bytes)]
}

fn in_single_bytes(bytes: &[u8]) -> Vec<Bytes> {
    bytes.iter().map(|byte| Bytes::copy_from_slice(&[*byte])).collect()
}

/// The stream `before + bad + behind`, whole and in single bytes: `before` goes on, then what stands in.
fn check_refused(before: &str, bad: &str, expected: &Refusal, dialect: DialectId) {
    let all = format!("{before}{bad}GET /behind HTTP/1.1\r\n\r\n");
    let number = before.matches(" HTTP/1.").count() as u64 + 1;
    for pieces in [whole(all.as_bytes()), in_single_bytes(all.as_bytes())] {
        let (passed, refused) = passed(pieces, 64 << 10);
        assert_eq!(passed, [before.as_bytes(), STAND_IN].concat(), "{bad:?}");
        let expected = BadHead { refusal: expected.clone(), dialect };
        assert_eq!(refused, Some((number, expected)), "{bad:?}");
    }
}

#[test]
fn a_bad_head_is_replaced_and_nothing_behind_it_is_read() {
    let good = "POST /a HTTP/1.1\r\ncontent-length: 5\r\n\r\n\r\n\r\nxGET /b HTTP/1.1\r\n\r\n";
    let large = format!("GET /v1/messages HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(LIMIT));
    let (openai, anthropic) = (DialectId::OpenAiChat, DialectId::AnthropicMessages);
    for before in ["", good] {
        for bad in [
            "GET /c HTTP/1.1\nx: y\n\n",
            "GET /c HTTP/1.1\r\nx: y\n\r\n",
            "nonsense\r\n\r\n",
            "GET /c HTTP/1.1\r\n\n",
        ] {
            check_refused(before, bad, &Refusal::HeadMalformed, openai);
        }
        let conflict =
            "POST /v1/messages HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n";
        check_refused(before, conflict, &Refusal::LengthConflict, anthropic);
        check_refused(before, &large, &Refusal::HeadTooLarge { limit: LIMIT }, anthropic);
    }
    check_refused("", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", &Refusal::HeadMalformed, openai);
    check_refused(good, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &Refusal::HeadMalformed, openai);
}

#[test]
fn a_head_may_be_as_large_as_the_limit() {
    let head = |bytes: usize| {
        let empty = "GET / HTTP/1.1\r\nx: \r\n\r\n".len();
        format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(bytes - empty))
    };
    for cut in [whole, in_single_bytes] {
        assert_eq!(passed(cut(head(LIMIT).as_bytes()), 100), (head(LIMIT).into_bytes(), None));
        assert!(passed(cut(head(LIMIT + 1).as_bytes()), 100).1.is_some());
    }
}

#[test]
fn a_head_that_breaks_off_is_none() {
    let good = "GET / HTTP/1.1\r\n\r\n";
    let all = format!("{good}GET / HTTP/1.1\r\nx");
    assert_eq!(passed(whole(all.as_bytes()), 100), (good.as_bytes().to_vec(), None));
}

#[tokio::test(start_paused = true)]
async fn a_head_has_its_time_from_its_first_byte_on() {
    struct Silent(Pieces);
    impl AsyncRead for Silent {
        fn poll_read(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            if self.0.0.is_empty() { Poll::Pending } else { Pin::new(&mut self.0).poll_read(context, buffer) }
        }
    }
    let time = Duration::from_secs(10);
    for (sent, is_open, is_late) in [
        ("", false, false),
        ("G", false, true),
        ("G", true, false),
        ("GET / HTTP/1.1\r\n\r\n\r\n", false, false),
        ("PRI *", false, true),
    ] {
        let mut inner = Silent(Pieces(whole(sent.as_bytes()).into()));
        let activity = Activity::new();
        let _open = is_open.then(|| activity.open());
        let mut framing = Framing::new(LIMIT, time, activity, BadHeads::default());
        let mut space = [0; 100];
        let read = std::future::poll_fn(|context| {
            let mut buffer = ReadBuf::new(&mut space);
            loop {
                let before = buffer.filled().len();
                ready!(framing.poll_read(&mut inner, context, &mut buffer))?;
                if buffer.filled().len() == before {
                    return Poll::Ready(Ok::<(), io::Error>(()));
                }
            }
        });
        let ended = tokio::time::timeout(2 * time, read).await;
        assert_eq!(matches!(ended, Ok(Err(_))), is_late, "{sent:?}");
    }
}

#[derive(Debug, Clone)]
enum Part {
    Length(Vec<u8>),
    Plain,
    Blank,
}

impl Part {
    /// As it is sent, and as it goes on.
    fn bytes(&self) -> (Vec<u8>, Vec<u8>) {
        match self {
            Self::Length(body) => {
                let head = format!("POST /p HTTP/1.1\r\nContent-Length: {}\r\nx: y\r\n\r\n", body.len());
                let all = [head.as_bytes(), body].concat();
                (all.clone(), all)
            }
            Self::Plain => {
                let all = b"GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n".to_vec();
                (all.clone(), all)
            }
            Self::Blank => (b"\r\n\n".to_vec(), Vec::new()),
        }
    }
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..64),
        Just(b"\r\n\r\nGET / HTTP/1.1\nx\r\n\r\n".to_vec()),
        prop::collection::vec(any::<u8>(), READ_BYTES - 100..3 * READ_BYTES),
    ]
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let part = prop_oneof![body().prop_map(Part::Length), Just(Part::Plain), Just(Part::Blank)];
    prop::collection::vec(part, 0..6)
}

/// These bytes, cut at these places.
fn cut(all: &[u8], cuts: &[usize]) -> Vec<Bytes> {
    let mut cuts: Vec<usize> = cuts.iter().map(|at| at % (all.len() + 1)).collect();
    cuts.sort_unstable();
    let mut pieces = Vec::new();
    let mut from = 0;
    for to in cuts.into_iter().chain([all.len()]) {
        // An empty piece is a read that waits.
        pieces.push(Bytes::copy_from_slice(&all[from..to]));
        from = to;
    }
    pieces
}

proptest! {
    #[test]
    fn any_cut_of_good_requests_goes_on_unchanged(
        parts in parts(),
        chunks in prop::option::of(prop::collection::vec(any::<u8>(), 0..200)),
        cuts in prop::collection::vec(any::<usize>(), 0..12),
        step in 1usize..9000,
    ) {
        let (mut sent, mut expected) = (Vec::new(), Vec::new());
        for part in &parts {
            let (all, on) = part.bytes();
            sent.extend(all);
            expected.extend(on);
        }
        if let Some(opaque) = chunks {
            let head = b"POST /c HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
            for out in [&mut sent, &mut expected] {
                out.extend_from_slice(head);
                out.extend_from_slice(&opaque);
            }
        }
        prop_assert_eq!(passed(cut(&sent, &cuts), step), (expected.clone(), None));
        if sent.len() < 2000 {
            prop_assert_eq!(passed(in_single_bytes(&sent), step), (expected, None));
        }
    }

    #[test]
    fn any_cut_of_http2_goes_on_unchanged(
        behind in prop::collection::vec(any::<u8>(), 0..200),
        cuts in prop::collection::vec(any::<usize>(), 0..6),
    ) {
        let all = [PREFACE, &behind].concat();
        prop_assert_eq!(passed(cut(&all, &cuts), 64), (all.clone(), None));
    }

    #[test]
    fn whatever_comes_the_library_sees_well_formed_heads_only(
        all in prop::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b' '), Just(b':'), any::<u8>()], 0..300),
        cuts in prop::collection::vec(any::<usize>(), 0..6),
    ) {
        let (passed, refused) = passed(cut(&all, &cuts), 64);
        prop_assert!(passed.is_empty() || (refused.is_some() && passed == STAND_IN), "{passed:?}");
    }
}
