//! A chat about people in each language, streamed: it leaves with surrogates and comes back whole, and code, command lines, names of
//! products and ordinary words in it stay as they are. All people are made up.

use cordon_testkit::client::{Ask, ask};
use cordon_testkit::wire_case::lanes::lanes;
use cordon_testkit::{Answers, AppSpec, Cordon, CordonSpec, MockProvider, Trouble};
use serde_json::{Value, json};

/// Language, what is said, what must not leave, what must stay as it is.
type Chat = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

const CHATS: [Chat; 11] = [
    (
        "en",
        "My name is Katharina Brandlehner. Dr. Brandlehner asked me to run `cargo test --workspace` in Docker, and Joseph Okafor lives in Lisbon. It may rain; we will see.",
        &["Katharina", "Brandlehner", "Joseph Okafor", "Lisbon"],
        &["`cargo test --workspace`", "Docker", "It may rain; we will see."],
    ),
    (
        "zh",
        "我叫王小明，请帮我给李秀英女士写一封邮件。小明下周去杭州。命令是 `git push origin main`，用 Python 写。",
        &["王小明", "李秀英", "小明", "杭州"],
        &["`git push origin main`", "Python", "请帮我给", "写一封邮件"],
    ),
    (
        "de",
        "Sehr geehrte Frau Dr. Brandlehner, Jürgen Hofstätter wohnt in Regensburg. Bitte `npm install` ausführen und die Rechnung prüfen.",
        &["Brandlehner", "Jürgen Hofstätter", "Regensburg"],
        &["`npm install`", "die Rechnung prüfen"],
    ),
    (
        "fr",
        "Bonjour, je m'appelle Élodie Marchandeau et j'habite à Toulouse. Lancez `docker compose up`, puis ouvrez le fichier README.",
        &["Élodie Marchandeau", "Toulouse"],
        &["`docker compose up`", "puis ouvrez le fichier README"],
    ),
    (
        "es",
        "Hola, me llamo Lucía Fernández Ortega y vivo en Valencia. Ejecuta `make build` y revisa la factura de mayo.",
        &["Lucía Fernández Ortega", "Valencia"],
        &["`make build`", "revisa la factura de mayo"],
    ),
    (
        "it",
        "Buongiorno, mi chiamo Giuseppe Bertolucci e abito a Verona. Esegui `pip install requests` e controlla la fattura.",
        &["Giuseppe Bertolucci", "Verona"],
        &["`pip install requests`", "controlla la fattura"],
    ),
    (
        "nl",
        "Hallo, ik heet Joost van der Meulenbeek en ik woon in Utrecht. Voer `git status` uit en bekijk de rekening.",
        &["Meulenbeek", "Utrecht"],
        &["`git status`", "bekijk de rekening"],
    ),
    (
        "pt",
        "Olá, chamo-me Beatriz Carvalho e moro em Coimbra. Execute `ls -la` e verifique a fatura.",
        &["Beatriz Carvalho", "Coimbra"],
        &["`ls -la`", "verifique a fatura"],
    ),
    (
        "pl",
        "Dzień dobry, nazywam się Agnieszka Kowalczyk i mieszkam w Krakowie. Uruchom `make test` i sprawdź fakturę.",
        &["Agnieszka Kowalczyk", "Krakowie"],
        &["`make test`", "sprawdź fakturę"],
    ),
    (
        "ja",
        "氏名：田中太郎\n田中さんは大阪に住んでいます。`npm run build` を実行して、請求書を確認してください。",
        &["田中太郎", "田中", "大阪"],
        &["`npm run build`", "請求書を確認してください"],
    ),
    (
        "ko",
        "이름: 김민수\n민수는 부산에 살고 있습니다. `git log` 명령을 실행하고 청구서를 확인해 주세요.",
        &["김민수", "민수", "부산"],
        &["`git log`", "청구서를 확인해 주세요"],
    ),
];

#[tokio::test]
async fn people_leave_as_surrogates_and_come_back_in_every_language() -> Result<(), Trouble> {
    let mock = MockProvider::start()?;
    let spec = CordonSpec {
        settings: "[detection]\nnames = \"balanced\"\n".to_owned(),
        apps: vec![
            AppSpec::named("default"),
            AppSpec { settings: "detection = { names = \"off\" }".to_owned(), ..AppSpec::named("plain") },
        ],
        ..CordonSpec::new("names", mock.address())
    };
    let mut cordon = Cordon::start(spec)?;
    mock.answer(Answers::Echo { piece_chars: 3 });
    let mut wrong = Vec::new();
    for (language, said, hidden, kept) in CHATS {
        for path in ["/v1/chat/completions", "/v1/messages"] {
            let before = mock.calls().len();
            let body = json!({
                "model": "m-test", "max_tokens": 999, "stream": true, "messages": [{"role": "user", "content": said}]
            });
            let got = ask(cordon.address(), &Ask::post(path, cordon.key("default"), &body)).await?;
            assert_eq!(got.status(), 200, "{language} {path}: {}", got.text());
            let call = mock.calls().into_iter().nth(before).unwrap();
            let sent = call.json().unwrap();
            let sent = sent.pointer("/messages/0/content").and_then(Value::as_str).unwrap().to_owned();
            wrong.extend(
                hidden
                    .iter()
                    .filter(|value| sent.contains(**value))
                    .map(|value| format!("{language}: `{value}` left: {sent}")),
            );
            wrong.extend(
                kept.iter()
                    .filter(|text| !sent.contains(**text))
                    .map(|text| format!("{language}: `{text}` was changed: {sent}")),
            );
            if lanes(&got).text.concat() != said {
                wrong.push(format!("{language} {path}: came back as {}", lanes(&got).text.concat()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // An app may ask otherwise, and the record says what held.
    let body = json!({"model": "m-test", "messages": [{"role": "user", "content": "Yesterday Marta Kowalczyk came."}]});
    let got = ask(cordon.address(), &Ask::post("/v1/chat/completions", cordon.key("plain"), &body)).await?;
    assert_eq!(got.status(), 200, "{}", got.text());
    let records = cordon.records()?;
    let intents = |app: &str| -> Vec<Option<String>> {
        let of_app = records.iter().filter(|record| {
            record.get("kind").and_then(Value::as_str) == Some("intent")
                && record.get("app").and_then(Value::as_str) == Some(app)
        });
        of_app.map(|record| record.get("names").and_then(Value::as_str).map(str::to_owned)).collect()
    };
    assert_eq!(intents("default"), vec![Some("balanced".to_owned()); 2 * CHATS.len()]);
    assert_eq!(intents("plain"), [None]);
    let explained = cordon.run(&["apps", "list", "--json"])?;
    let apps: Value = serde_json::from_str(&explained)?;
    let names = |app: &str| {
        let listed = apps.as_array().unwrap().iter().find(|listed| listed["app"] == app).cloned();
        listed.unwrap_or_default()["names"].as_str().map(str::to_owned)
    };
    assert_eq!((names("default").as_deref(), names("plain").as_deref()), (Some("balanced"), Some("off")));
    assert!(cordon.stop()?, "the gateway did not end well");
    Ok(())
}
