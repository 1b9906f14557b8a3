//! Keys, routes, headers and framing that are wrong: refused before the body is read, nothing leaves, and the gateway goes on.

use std::time::Duration;

use cordon_testkit::client::{self, Ended, Leave};
use cordon_testkit::dialect::DIALECTS;
use cordon_testkit::{Answers, AppSpec, Cordon, CordonSpec, MockProvider, Term, Trouble};
use serde_json::Value;

const TERM: &str = "Halcyon Ferry";

async fn started(name: &str, mock: &MockProvider) -> Result<Cordon, Trouble> {
    let term = Term { label: "PROJECT".to_owned(), value: TERM.to_owned() };
    Cordon::start(CordonSpec {
        apps: vec![AppSpec { terms: vec![term], ..AppSpec::named("default") }],
        server: "header_seconds_max = 2\nbody_seconds_max = 2\n".to_owned(),
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

/// Id and text of a new app key.
fn new_key(cordon: &Cordon, environment: &str) -> Result<(String, String), Trouble> {
    let printed = cordon.run(&["keys", "create", "--app", "default", "--env", environment, "--json"])?;
    let document: Value = serde_json::from_str(&printed)?;
    let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok((text("id"), text("key")))
}

/// Asks until the status is as wished: a running gateway learns of keys within a second.
async fn until(cordon: &Cordon, key: &str, wished: impl Fn(u16) -> bool) -> Result<(), Trouble> {
    let mut last = 0;
    for _ in 0..40 {
        for dialect in DIALECTS.iter().take(1) {
            let ask = dialect.ask(key, dialect.body("hello").to_string());
            last = client::ask(cordon.address(), &ask).await?.status();
        }
        if wished(last) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(Trouble::new(format!("the key is still answered with {last} after two seconds")))
}

#[tokio::test]
async fn framing_routes_and_keys_are_checked_before_the_body() -> Result<(), Trouble> {
    let mock = MockProvider::start()?;
    let mut cordon = started("bad-requests", &mock).await?;
    let key = cordon.key("default").to_owned();
    let (id, revoked) = new_key(&cordon, "dev")?;
    until(&cordon, &revoked, |status| status == 200).await?;
    cordon.run(&["keys", "revoke", &id])?;
    until(&cordon, &revoked, |status| status == 401).await?;
    let (_, foreign) = new_key(&cordon, "prod")?;
    until(&cordon, &foreign, |status| status != 401).await?;
    cordon_testkit::evidence::remember(cordon.folder(), &[revoked.clone(), foreign.clone()])?;
    for dialect in &DIALECTS {
        let body = dialect.body(TERM).to_string();
        mock.answer(Answers::Plain);
        for (case, key, statuses) in [
            ("no key", "", vec![401]),
            ("an unknown key", "cdn_dev_0000000000000000000000000000000000000000", vec![401]),
            ("a revoked key", revoked.as_str(), vec![401]),
            ("no provider key for the environment", foreign.as_str(), vec![400, 403, 503]),
        ] {
            let mut ask = dialect.ask(key, body.clone());
            if key.is_empty() {
                ask.headers.retain(|(name, _)| name != "authorization");
            }
            let got = client::ask(cordon.address(), &ask).await?;
            dialect.check_refusal(&got, &statuses, &[TERM]).map_err(|trouble| trouble.during(case))?;
        }
        let mut two = dialect.ask(&key, body.clone());
        two.headers.push(("x-api-key".to_owned(), revoked.clone()));
        let got = client::ask(cordon.address(), &two).await?;
        dialect
            .check_refusal(&got, &[400, 401], &[TERM])
            .map_err(|trouble| trouble.during("two different keys"))?;

        for (case, path, statuses) in [
            ("an unknown route", format!("{}/x", dialect.path), vec![404]),
            ("a doubled slash", dialect.path.replacen("/v1/", "/v1//", 1), vec![404]),
            ("an escaped path", dialect.path.replacen("/v1/", "/%761/", 1), vec![404]),
            ("a path that climbs", format!("/v1/../v1{}", dialect.path.trim_start_matches("/v1")), vec![404]),
        ] {
            let mut ask = dialect.ask(&key, body.clone());
            ask.path = path;
            let got = client::ask(cordon.address(), &ask).await?;
            assert!(statuses.contains(&got.status()), "{case}: {} {}", got.status(), got.text());
        }
        let mut ask = dialect.ask(&key, body.clone());
        ask.method = "PUT".to_owned();
        assert_eq!(client::ask(cordon.address(), &ask).await?.status(), 405, "PUT");
        let mut ask = dialect.ask(&key, body.clone());
        ask.headers.retain(|(name, _)| name != "content-type");
        ask.headers.push(("content-type".to_owned(), "text/plain".to_owned()));
        assert_eq!(client::ask(cordon.address(), &ask).await?.status(), 415, "text/plain");

        let head = format!(
            "POST {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n",
            dialect.path
        );
        let length = body.len();
        let long = "x".repeat(70 << 10);
        let chunks = format!("{length:x}\r\n{body}\r\n0\r\n\r\n{head}");
        for (case, status, framing) in [
            ("two lengths", 400, format!("content-length: {length}\r\ncontent-length: 3\r\n\r\n{body}")),
            (
                "length and chunks",
                400,
                format!("content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n{chunks}"),
            ),
            ("chunks that are none", 400, format!("transfer-encoding: xchunked\r\n\r\n{chunks}")),
            ("a length that is none", 400, format!("content-length: -1\r\n\r\n{body}")),
            ("a folded header", 400, format!("x-a: b\r\n c\r\ncontent-length: {length}\r\n\r\n{body}")),
            ("a space before the colon", 400, format!("x-a : b\r\ncontent-length: {length}\r\n\r\n{body}")),
            (
                "a head that is too long",
                431,
                format!("x-a: {long}\r\ncontent-length: {length}\r\n\r\n{body}"),
            ),
        ] {
            mock.answer(Answers::Plain);
            let bytes = format!("{head}{framing}");
            let got = client::send(cordon.address(), bytes.as_bytes(), Leave::AtEnd, Duration::from_secs(10))
                .await?;
            dialect.check_refusal(&got, &[status], &[TERM]).map_err(|trouble| trouble.during(case))?;
            // Nothing behind such a head is read: nobody may see two requests where somebody else saw one.
            assert_eq!(got.head.header("connection"), Some("close"), "{case}");
            assert_eq!(mock.count(), 0, "{case}: something left");
        }
        mock.answer(Answers::Plain);

        // Slow ones are cut off: neither head nor body comes to its end.
        for (case, bytes) in [
            ("a slow head", "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n".to_owned()),
            ("a slow body", format!("{head}content-length: 100\r\n\r\n{{\"model\"")),
        ] {
            let got = client::send(cordon.address(), bytes.as_bytes(), Leave::AtEnd, Duration::from_secs(12))
                .await?;
            assert!(got.ended != Ended::TooLong, "{case}: still open after {:?}", got.took);
        }
        assert_eq!(mock.count(), 0, "something left");
    }
    check_alive(&mut cordon, &mock).await
}
