//! Bodies that cannot be read, or only with too much effort: refused in the dialect's own shape, nothing leaves, the record
//! says so, and the gateway goes on.

use cordon_testkit::client;
use cordon_testkit::dialect::{DIALECTS, Dialect, record_of};
use cordon_testkit::{Answers, AppSpec, Cordon, CordonSpec, MockProvider, Term, Trouble, compression};

const BODY_BYTES_MAX: usize = 1 << 20;
const TERM: &str = "Halcyon Ferry";

async fn started(name: &str, mock: &MockProvider) -> Result<Cordon, Trouble> {
    let term = Term { label: "PROJECT".to_owned(), value: TERM.to_owned() };
    Cordon::start(CordonSpec {
        apps: vec![AppSpec { terms: vec![term], ..AppSpec::named("default") }],
        server: "body_bytes_max = \"1 MiB\"\n".to_owned(),
        ..CordonSpec::new(name, mock.address())
    })
}

async fn check_alive(cordon: &mut Cordon, mock: &MockProvider) -> Result<(), Trouble> {
    mock.answer(Answers::Plain);
    for dialect in &DIALECTS {
        let ask = dialect.ask(cordon.key("default"), dialect.body("hello").to_string());
        let got = client::ask(cordon.address(), &ask).await?;
        assert_eq!(got.status(), 200, "a plain request afterwards: {}", got.text());
    }
    assert!(cordon.stop()?, "the gateway did not end well");
    Ok(())
}

/// Bodies that cannot be read, as (case, body, statuses).
fn unreadable(dialect: &Dialect) -> Vec<(&'static str, Vec<u8>, Vec<u16>)> {
    let mut cases: Vec<(&'static str, Vec<u8>, Vec<u16>)> = vec![
        ("nothing", Vec::new(), vec![400]),
        ("no JSON", b"model=m-test".to_vec(), vec![400]),
        ("cut JSON", b"{\"model\":\"m-test\",\"messages\":[{\"role\":".to_vec(), vec![400]),
        ("two documents", b"{} {}".to_vec(), vec![400]),
        ("an array", b"[]".to_vec(), vec![400]),
        ("a BOM", [b"\xEF\xBB\xBF", dialect.body("x").to_string().as_bytes()].concat(), vec![400]),
        ("invalid UTF-8", dialect.body_with(b"\"Halcyon \xFF Ferry\""), vec![400]),
        ("a lone surrogate", dialect.body_with(br#""Halcyon \ud800 Ferry""#), vec![400]),
        ("a control character", dialect.body_with(b"\"a\x01b\""), vec![400]),
        ("NaN", dialect.body_with(b"NaN"), vec![400]),
        (
            "a member twice",
            format!(
                r#"{{"model":"m-test","messages":[{{"role":"user","content":"a","content":"{TERM}"}}]}}"#
            )
            .into_bytes(),
            vec![400],
        ),
        ("messages of another type", br#"{"model":"m-test","messages":"hi"}"#.to_vec(), vec![400, 422]),
        ("model of another type", br#"{"model":7,"messages":[]}"#.to_vec(), vec![400, 422]),
        ("stream of another type", br#"{"model":"m","messages":[],"stream":"yes"}"#.to_vec(), vec![400, 422]),
        ("no model", br#"{"messages":[]}"#.to_vec(), vec![400, 422]),
        (
            "nested too deep",
            dialect.body_with(&[b"[".repeat(100_000), b"]".repeat(100_000)].concat()),
            vec![400],
        ),
        (
            "nested too deep in objects",
            dialect.body_with(&[br#"{"a":"#.repeat(100_000), b"1".to_vec(), b"}".repeat(100_000)].concat()),
            vec![400],
        ),
    ];
    cases.push(("too large", dialect.body(&"x".repeat(BODY_BYTES_MAX)).to_string().into_bytes(), vec![413]));
    cases
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused_clearly() -> Result<(), Trouble> {
    let mock = MockProvider::start()?;
    let mut cordon = started("bad-bodies", &mock).await?;
    let key = cordon.key("default").to_owned();
    for dialect in &DIALECTS {
        for (case, body, statuses) in unreadable(dialect) {
            for is_chunked in [false, true] {
                mock.answer(Answers::Plain);
                let mut ask = dialect.ask(&key, body.clone());
                ask.is_chunked = is_chunked;
                let got = client::ask(cordon.address(), &ask).await?;
                dialect.check_refusal(&got, &statuses, &[TERM]).map_err(|trouble| trouble.during(case))?;
                assert_eq!(mock.count(), 0, "{case}: something left");
                record_of(&cordon, &got, "refusal").map_err(|trouble| trouble.during(case))?;
            }
        }
    }
    check_alive(&mut cordon, &mock).await
}

#[tokio::test]
async fn encodings_are_decoded_with_a_bound_or_refused() -> Result<(), Trouble> {
    let mock = MockProvider::start()?;
    let mut cordon = started("bad-encodings", &mock).await?;
    let key = cordon.key("default").to_owned();
    let mut kept = cordon_testkit::process::resident_peak_bytes(cordon.pid())?;
    for dialect in &DIALECTS {
        let good = dialect.body(TERM).to_string().into_bytes();
        let text = dialect.body("@").to_string();
        let (before, after) = text.split_once('@').unwrap();
        let bomb = compression::gzip_bomb(before.as_bytes(), b"0", 300_000_000, after.as_bytes()).await?;
        let zipped = compression::encode(&good, "gzip").await?;
        let cut = zipped.get(..zipped.len() / 2).unwrap().to_vec();
        let cases = [
            ("a gzip bomb", "gzip", bomb, vec![400, 413]),
            ("a cut gzip stream", "gzip", cut, vec![400]),
            ("gzip that is none", "gzip", good.clone(), vec![400]),
            ("zstd that is none", "zstd", good.clone(), vec![400, 415]),
            ("an unknown encoding", "exi", good.clone(), vec![415]),
            ("two encodings", "gzip, gzip", zipped.clone(), vec![400, 415]),
        ];
        for (case, encoding, body, statuses) in cases {
            mock.answer(Answers::Plain);
            let mut ask = dialect.ask(&key, body);
            ask.headers.push(("content-encoding".to_owned(), encoding.to_owned()));
            let got = client::ask(cordon.address(), &ask).await?;
            dialect.check_refusal(&got, &statuses, &[TERM]).map_err(|trouble| trouble.during(case))?;
            assert_eq!(mock.count(), 0, "{case}: something left");
        }
        mock.answer(Answers::Plain);
        let mut ask = dialect.ask(&key, zipped);
        ask.headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
        assert_eq!(client::ask(cordon.address(), &ask).await?.status(), 200, "gzip is decoded");
        let call = mock.calls().pop().unwrap();
        assert!(!String::from_utf8_lossy(&call.raw).contains(TERM), "the value left");
        kept = kept.max(cordon_testkit::process::resident_peak_bytes(cordon.pid())?);
    }
    assert!(kept < 400 << 20, "{} MB at the peak", kept >> 20);
    check_alive(&mut cordon, &mock).await
}
