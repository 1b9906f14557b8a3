//! What is measured, one function each.

use std::process::Command;
use std::time::Duration;

use testkit::histogram::Histogram;
use testkit::load::Line;
use testkit::{Trouble, fast, process};
use tokio::runtime::Runtime;

use super::report::{Report, ms};
use super::stage::{Measured, Stage, Target, measure};
use super::{machine, text};
use crate::run;

/// One of them.
pub(crate) type Scenario = fn(&mut Stage, &Runtime, &mut Report) -> Result<(), Trouble>;

/// From the start of the process to ready, on a state directory that exists.
pub(crate) fn start(stage: &mut Stage, _: &Runtime, report: &mut Report) -> Result<(), Trouble> {
    let mut times = Histogram::default();
    let mut cordon = stage.gateway("start", "disk")?;
    let first = cordon.ready_after();
    for _ in 0..10 {
        cordon.kill();
        cordon.start_again()?;
        times.record(cordon.ready_after());
    }
    report.section("Start", "From the start of the process to `/readyz` (a canary has gone through the whole pipeline), eleven times. Goal: 200 ms.");
    report.table(
        &["first start", "p50", "slowest"],
        &[vec![ms(first.as_secs_f64() * 1e3), ms(times.millis(0.5)), ms(times.millis(1.0))]],
    );
    Ok(())
}

/// One connection, one request after the other.
pub(crate) fn latency(stage: &mut Stage, runtime: &Runtime, report: &mut Report) -> Result<(), Trouble> {
    let body = text::chat(1024, "");
    let mut direct = measure(runtime, &stage.plan(Target::Direct, &body, 1, None), Target::Direct)?;
    let mut rows = vec![row("direct", &mut direct, None)];
    for durability in ["process", "disk"] {
        let cordon = stage.gateway(&format!("latency-{durability}"), durability)?;
        let to = Target::Through(&cordon);
        let mut through = measure(runtime, &stage.plan(to, &body, 1, None), to)?;
        rows.push(row(&format!("through, `{durability}`"), &mut through, Some(&mut direct)));
    }
    let mut syncs = machine::sync_times(&stage.folder)?;
    report.section(
        "Latency",
        &format!(
            "1 KB chat, closed loop, 1 connection. Goal: added p50 ≤ 0.5 ms and p99 ≤ 2 ms with `process`; with `disk` plus the wait for at most two syncs. One sync of 4 KiB on this disk: p50 {}, p99 {}.",
            ms(syncs.millis(0.5)),
            ms(syncs.millis(0.99))
        ),
    );
    report.table(&["", "p50", "p99", "added p50", "added p99", "CPU a request"], &rows);
    Ok(())
}

fn row(name: &str, one: &mut Measured, base: Option<&mut Measured>) -> Vec<String> {
    let (p50, p99) = (one.outcome.latency.millis(0.5), one.outcome.latency.millis(0.99));
    let mut cells = vec![name.to_owned(), ms(p50), ms(p99)];
    match base {
        Some(base) => {
            cells.push(ms(p50 - base.outcome.latency.millis(0.5)));
            cells.push(ms(p99 - base.outcome.latency.millis(0.99)));
            cells.push(ms(one.cpu_ms));
        }
        None => cells.extend(["", "", ""].map(str::to_owned)),
    }
    cells
}

/// 64 connections as fast as they go, then an open loop at half of that.
pub(crate) fn throughput(stage: &mut Stage, runtime: &Runtime, report: &mut Report) -> Result<(), Trouble> {
    let body = text::chat(1024, "");
    let mut rows = Vec::new();
    let mut direct = measure(runtime, &stage.plan(Target::Direct, &body, 64, None), Target::Direct)?;
    rows.push(rate_row("direct, closed", &mut direct));
    for durability in ["process", "disk"] {
        let cordon = stage.gateway(&format!("throughput-{durability}"), durability)?;
        let to = Target::Through(&cordon);
        let mut closed = measure(runtime, &stage.plan(to, &body, 64, None), to)?;
        rows.push(rate_row(&format!("through, `{durability}`, closed"), &mut closed));
        let half = closed.outcome.rate() / 2.0;
        let mut open = measure(runtime, &stage.plan(to, &body, 64, Some(half)), to)?;
        rows.push(rate_row(&format!("through, `{durability}`, open at half"), &mut open));
    }
    report.section(
        "Throughput",
        "1 KB chat, 64 connections. Closed: as fast as answers come. Open: at half of that rate, times counted from when a request was due. Goal with `disk`: ≥ 5 000/s and ≤ 0.2 ms CPU a request. Mock and load share one core, which limits the direct figure.",
    );
    report.table(&["", "requests/s", "p50", "p99", "CPU a request"], &rows);
    Ok(())
}

fn rate_row(name: &str, one: &mut Measured) -> Vec<String> {
    let cpu = if one.cpu_ms > 0.0 { ms(one.cpu_ms) } else { String::new() };
    vec![
        name.to_owned(),
        format!("{:.0}", one.outcome.rate()),
        ms(one.outcome.latency.millis(0.5)),
        ms(one.outcome.latency.millis(0.99)),
        cpu,
    ]
}

/// 1 KB in about 220 events.
pub(crate) fn stream(stage: &mut Stage, runtime: &Runtime, report: &mut Report) -> Result<(), Trouble> {
    let cordon = stage.gateway("stream", "process")?;
    let mut rows = Vec::new();
    for (connections, pace) in [(1, 2_000), (32, 10_000)] {
        let body = text::chat(1024, &format!(r#","bench_pace_us":{pace},"stream":true"#));
        let mut direct =
            measure(runtime, &stage.plan(Target::Direct, &body, connections, None), Target::Direct)?;
        let to = Target::Through(&cordon);
        let mut through = measure(runtime, &stage.plan(to, &body, connections, None), to)?;
        for (name, one) in [("direct", &mut direct), ("through", &mut through)] {
            let outcome = &mut one.outcome;
            rows.push(vec![
                format!("{name}, {connections} at once, an event each {} ms", pace / 1000),
                format!("{} / {}", ms(outcome.first_event.millis(0.5)), ms(outcome.first_event.millis(0.99))),
                format!("{} / {}", ms(outcome.event_delay.millis(0.5)), ms(outcome.event_delay.millis(0.99))),
                if one.cpu_ms > 0.0 { ms(one.cpu_ms) } else { String::new() },
            ]);
        }
        let added = |part: f64, through: &mut Histogram, direct: &mut Histogram| {
            ms(through.millis(part) - direct.millis(part))
        };
        rows.push(vec![
            "added".to_owned(),
            format!(
                "{} / {}",
                added(0.5, &mut through.outcome.first_event, &mut direct.outcome.first_event),
                added(0.99, &mut through.outcome.first_event, &mut direct.outcome.first_event)
            ),
            format!(
                "{} / {}",
                added(0.5, &mut through.outcome.event_delay, &mut direct.outcome.event_delay),
                added(0.99, &mut through.outcome.event_delay, &mut direct.outcome.event_delay)
            ),
            String::new(),
        ]);
    }
    report.section(
        "Streaming",
        &format!(
            "1 KB of text in {} events, durability `process`. Time to the first event from the start of the request; time that each event is on its way from the mock's write to the client (p50 / p99). Goal: first event p99 ≤ 2 ms added, events p99 ≤ 0.1 ms added, ≤ 1 ms CPU a stream.",
            fast::EVENTS
        ),
    );
    report.table(&["", "first event", "each event", "CPU a stream"], &rows);
    Ok(())
}

/// An agent's session: the whole history with each turn.
pub(crate) fn session(stage: &mut Stage, runtime: &Runtime, report: &mut Report) -> Result<(), Trouble> {
    const TURNS: usize = 50;
    let mut rows = Vec::new();
    for kilobytes in [200, 800] {
        let cordon = stage.gateway(&format!("session-{kilobytes}"), "process")?;
        let mut times = Histogram::default();
        let mut bytes = 0_usize;
        let mut first = (0.0, 0.0);
        let mut before = process::cpu(cordon.pid())?;
        runtime.block_on(async {
            let mut line = Line::open(cordon.address()).await?;
            for turn in 0..=TURNS {
                let body = text::session(kilobytes * 1024, turn);
                bytes = bytes.max(body.len());
                let request = testkit::load::Plan::request(
                    cordon.address(),
                    "/v1/chat/completions",
                    cordon.key("default"),
                    &body,
                );
                let begun = run::now();
                if !line.exchange(&request, None).await? {
                    return Err(Trouble::new("a turn was refused"));
                }
                let took = run::now().duration_since(begun);
                if turn == 0 {
                    // The first turn fills the cache of findings.
                    let cpu = process::cpu(cordon.pid())?;
                    first = (took.as_secs_f64() * 1e3, cpu.saturating_sub(before).as_secs_f64() * 1e3);
                    before = cpu;
                } else {
                    times.record(took);
                }
            }
            Ok(())
        })?;
        let cpu = process::cpu(cordon.pid())?.saturating_sub(before).as_secs_f64() * 1e3 / TURNS as f64;
        rows.push(vec![
            format!("{kilobytes} KB"),
            format!("{:.0} KB", bytes as f64 / 1024.0),
            format!("{} / {}", ms(first.0), ms(first.1)),
            ms(times.millis(0.5)),
            ms(times.millis(0.99)),
            ms(cpu),
            format!("{:.0} MB/s", bytes as f64 / 1e6 / (cpu / 1e3).max(1e-6)),
        ]);
    }
    report.section(
        "Agent session",
        "50 turns, each with the whole history and one new message. The first turn finds everything, later ones only what is new. Goal: CPU a turn at most three times that of parsing and rewriting the body alone.",
    );
    report.table(
        &[
            "history",
            "largest body",
            "first turn, wall / CPU",
            "later turns p50",
            "p99",
            "CPU a turn",
            "bytes a CPU second",
        ],
        &rows,
    );
    Ok(())
}

/// Resident memory, idle and with 2 000 open streams.
pub(crate) fn memory(stage: &mut Stage, runtime: &Runtime, report: &mut Report) -> Result<(), Trouble> {
    const STREAMS: usize = 2_000;
    let cordon = stage.gateway("memory", "process")?;
    std::thread::sleep(Duration::from_secs(1));
    let idle = process::resident_bytes(cordon.pid())?;
    let body = text::chat(1024, r#","bench_pace_us":1000000,"stream":true"#);
    let request =
        testkit::load::Plan::request(cordon.address(), "/v1/chat/completions", cordon.key("default"), &body);
    let (open, cpu) = runtime.block_on(async {
        let mut streams = tokio::task::JoinSet::new();
        for _ in 0..STREAMS {
            let (address, request) = (cordon.address(), request.clone());
            let mut line = Line::open(address).await?;
            streams.spawn(async move { line.exchange(&request, None).await });
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
        let before = process::cpu(cordon.pid())?;
        tokio::time::sleep(Duration::from_secs(10)).await;
        let after = process::cpu(cordon.pid())?;
        if streams.len() < STREAMS || streams.try_join_next().is_some() {
            return Err(Trouble::new("streams ended before their time"));
        }
        Ok((process::resident_bytes(cordon.pid())?, after.saturating_sub(before)))
    })?;
    report.section(
        "Memory",
        "Resident memory after the start, and with 2 000 streams open over HTTP/1.1, each with an event a second. Goal: 60 MB and 200 MB.",
    );
    report.table(
        &["idle", "2 000 open streams", "a stream", "CPU of 2 000 events/s"],
        &[vec![
            format!("{:.0} MB", idle as f64 / 1e6),
            format!("{:.0} MB", open as f64 / 1e6),
            format!("{:.0} KB", open.saturating_sub(idle) as f64 / 1e3 / STREAMS as f64),
            format!("{:.0} % of a core", cpu.as_secs_f64() * 10.0),
        ]],
    );
    Ok(())
}

/// Detection alone: the `speed` example of `detect`, on its own texts and on the prose that is sent here.
pub(crate) fn detect(stage: &mut Stage, _: &Runtime, report: &mut Report) -> Result<(), Trouble> {
    let path = stage.folder.join("prose.txt");
    std::fs::write(&path, text::prose(4 << 20, 3))?;
    let build = ["build", "--quiet", "--release", "--locked", "-p", "cordon-detect", "--example", "speed"];
    let mut command = Command::new("cargo");
    command.args(build).current_dir(&stage.root);
    if !run::watched(command, |_| true)?.is_good {
        return Err(Trouble::new("the example `speed` of `detect` could not be built"));
    }
    let program = stage.target.join("release/examples/speed");
    let mut command = stage.pinned(&program);
    command.arg(&path);
    let done = run::quiet(command)?;
    let name = path.display().to_string();
    let rows: Vec<Vec<String>> = done.lines.iter().filter_map(|line| detect_row(line, &name)).collect();
    if rows.is_empty() {
        return Err(Trouble::new("the example `speed` of `detect` printed no figures"));
    }
    report.section(
        "Detection",
        "All recognizers, one core, best of five; `names asked for` is with `[detection] names = \"balanced\"`; prose to `lower case` are 4 MB each. `dense as the data` has a value in 260 bytes, as the development data have, of the kinds \
         that those have; `cold` is that right after a start, when regexes are compiled as they are needed. `dense documents` are as dense, with one of every recognizer in turn; \
         the texts of growing length are made of them. Goals: ≥ 100 MB/s on dense as the data, time that grows with the length, \
         < 20 % for 100 own rules, with names asked for ≥ 5 MB/s on ordinary text, ≥ 20 MB/s where there is nothing to read (lower case), ≤ 0.3 ms for a prompt of 1 KB, \
         ≤ 50 ms for the weights; ≤ 3 × reading and hashing for a conversation in which one message is new.",
    );
    report.table(&["text", "speed", "findings"], &rows);
    Ok(())
}

/// A line of the example `speed` as a row: those of ordinary and dense texts, not those of texts made to be slow.
fn detect_row(line: &str, prose: &str) -> Option<Vec<String>> {
    const RATES: [&str; 11] = [
        "prose",
        "code",
        "json",
        "chinese",
        "log",
        "with values",
        "chat about people",
        "lower case, no names",
        "dense as the data",
        "dense as the data, cold",
        "dense documents",
    ];
    const GROWING: &str = "one text of ";
    const FACTORS: [&str; 5] = [
        "a first prompt of 1.6 KB",
        "100 own rules more cost",
        "800 KB, one message is new",
        "a prompt of 1 KB, all asked",
        "weights loaded in",
    ];
    let mut words: Vec<&str> = line.split_whitespace().collect();
    if let Some(name) = FACTORS.into_iter().find(|name| line.starts_with(name)) {
        return Some(vec![name.to_owned(), words.pop()?.to_owned(), String::new()]);
    }
    let (findings, rate) = (words.pop()?, words.pop()?);
    let name = words.join(" ");
    let shown = if name == prose {
        "prose as sent in these benchmarks".to_owned()
    } else if RATES.contains(&name.strip_suffix(", names asked for").unwrap_or(&name))
        || name.starts_with(GROWING)
    {
        name
    } else {
        return None;
    };
    Some(vec![shown, format!("{rate} MB/s"), findings.to_owned()])
}
