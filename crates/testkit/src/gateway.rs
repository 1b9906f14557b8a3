//! The real binary as a child process: configured, supplied with apps and terms, started, asked, stopped.
//!
//! All that it writes goes into one folder ([`evidence`]); its files outlive the handle, the process does not. Ports are
//! taken free and given to it; in the moment between another process can take them, then the start is tried again.

mod place;

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

pub use self::place::{binary, evidence_root};
use self::place::{free_port, get};
use crate::{Trouble, evidence};

/// An exact term of an app.
#[derive(Debug, Clone)]
pub struct Term {
    /// Its label, e.g. `PERSON`.
    pub label: String,
    /// The text that must not leave.
    pub value: String,
}

/// An app to be set up before the start.
#[derive(Debug, Clone)]
pub struct AppSpec {
    /// Its name.
    pub name: String,
    /// Its exact terms.
    pub terms: Vec<Term>,
    /// Lines of its table in the configuration.
    pub settings: String,
}

impl AppSpec {
    /// An app without terms and settings.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), terms: Vec::new(), settings: String::new() }
    }
}

/// How to start it.
#[derive(Debug, Clone)]
pub struct CordonSpec {
    /// Name of its folder; unique among all tests.
    pub name: String,
    /// Where all providers are.
    pub upstream: SocketAddr,
    /// The apps.
    pub apps: Vec<AppSpec>,
    /// `disk` or `process`.
    pub durability: &'static str,
    /// Level of its log.
    pub log_level: &'static str,
    /// Further lines of the `[server]` table.
    pub server: String,
    /// Further tables.
    pub settings: String,
    /// Lines of the tables of the provider keys: what is true of both accounts.
    pub accounts: String,
    /// The processor core that it may use.
    pub core: Option<usize>,
}

impl CordonSpec {
    /// One app `default`, everything else as delivered, debug log.
    pub fn new(name: &str, upstream: SocketAddr) -> Self {
        Self {
            name: name.to_owned(),
            upstream,
            apps: vec![AppSpec::named("default")],
            durability: "process",
            log_level: "debug",
            server: String::new(),
            settings: String::new(),
            accounts: String::new(),
            core: None,
        }
    }
}

/// A running gateway. Killed when dropped.
pub struct Cordon {
    child: Option<Child>,
    spec: CordonSpec,
    binary: PathBuf,
    folder: PathBuf,
    app: SocketAddr,
    admin: SocketAddr,
    keys: BTreeMap<String, String>,
    ready_after: Duration,
    starts: u32,
}

impl Cordon {
    /// Makes the folder anew, sets apps and terms up, starts and waits until it is ready.
    pub fn start(spec: CordonSpec) -> Result<Self, Trouble> {
        Self::start_with(spec, &binary()?, &evidence_root()?)
    }

    /// The same with this binary and this folder of all evidence.
    pub fn start_with(spec: CordonSpec, binary: &Path, evidence_root: &Path) -> Result<Self, Trouble> {
        let folder = evidence_root.join(&spec.name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(folder.join("written"))?;
        let mut cordon = Self {
            child: None,
            spec,
            binary: binary.to_owned(),
            folder,
            app: SocketAddr::from(([127, 0, 0, 1], 0)),
            admin: SocketAddr::from(([127, 0, 0, 1], 0)),
            keys: BTreeMap::new(),
            ready_after: Duration::ZERO,
            starts: 0,
        };
        cordon.configure()?;
        cordon.set_up_apps()?;
        cordon.start_again()?;
        Ok(cordon)
    }

    /// Starts it on the same folder, after [`kill`](Self::kill) or [`stop`](Self::stop).
    pub fn start_again(&mut self) -> Result<(), Trouble> {
        let mut last = Trouble::new("not tried");
        for _ in 0..3 {
            self.configure()?;
            match self.spawn() {
                Ok(()) => return Ok(()),
                Err(trouble) => last = trouble,
            }
            self.kill();
        }
        Err(last)
    }

    /// Where applications reach it.
    pub const fn address(&self) -> SocketAddr {
        self.app
    }

    /// Where its administration is.
    pub const fn admin(&self) -> SocketAddr {
        self.admin
    }

    /// The app key of this app.
    pub fn key(&self, app: &str) -> &str {
        self.keys.get(app).map(String::as_str).unwrap_or_default()
    }

    /// Its process id; 0 when it does not run.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().map(Child::id).unwrap_or_default()
    }

    /// From start to ready.
    pub const fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its configuration file.
    pub fn configuration(&self) -> PathBuf {
        self.folder.join("cordon.toml")
    }

    /// All that it logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("written/log.txt")).unwrap_or_default()
    }

    /// True while it runs.
    pub fn is_alive(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// The metrics page.
    pub fn metrics(&self) -> Result<String, Trouble> {
        let (status, body) = get(self.admin, "/metrics")?;
        if status == 200 { Ok(body) } else { Err(Trouble::new(format!("/metrics answered {status}"))) }
    }

    /// Kills it at once, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Keeps metrics, asks it to end, waits at most 40 seconds and says whether it ended well.
    pub fn stop(&mut self) -> Result<bool, Trouble> {
        self.keep_metrics();
        let Some(mut child) = self.child.take() else { return Ok(true) };
        Command::new("kill").arg("-TERM").arg(child.id().to_string()).status()?;
        let begun = now();
        while now().duration_since(begun) < Duration::from_secs(40) {
            if let Some(status) = child.try_wait()? {
                return Ok(status.success());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = child.kill();
        let _ = child.wait();
        Ok(false)
    }

    /// Runs a command of the binary with this configuration.
    pub fn command(&self, arguments: &[&str]) -> Result<Output, Trouble> {
        self.command_with(&self.configuration(), arguments)
    }

    /// The same with another configuration.
    pub fn command_with(&self, configuration: &Path, arguments: &[&str]) -> Result<Output, Trouble> {
        Ok(Command::new(&self.binary)
            .args(arguments)
            .arg("--config")
            .arg(configuration)
            .envs(provider_keys())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()?)
    }

    /// The same, which must succeed; gives what it printed.
    pub fn run(&self, arguments: &[&str]) -> Result<String, Trouble> {
        let output = self.command(arguments)?;
        if !output.status.success() {
            return Err(Trouble::new(format!(
                "`cordon {}` ended with {}: {}",
                arguments.iter().take(2).copied().collect::<Vec<_>>().join(" "),
                output.status,
                String::from_utf8_lossy(&output.stderr)
            )));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// All records, as exported; the export is kept with what was written.
    pub fn records(&self) -> Result<Vec<serde_json::Value>, Trouble> {
        let text = self.run(&["audit", "export", "--json"])?;
        fs::write(self.folder.join("written/audit.jsonl"), &text)?;
        let mut records = Vec::new();
        for line in text.lines() {
            let line: serde_json::Value = serde_json::from_str(line)?;
            if let Some(leaf) = line.get("leaf") {
                records.push(leaf.clone());
            }
        }
        Ok(records)
    }

    fn configure(&mut self) -> Result<(), Trouble> {
        let mut ports = [free_port()?, free_port()?];
        ports.sort_unstable();
        let [app, admin] = ports;
        self.app = SocketAddr::from(([127, 0, 0, 1], app));
        self.admin = SocketAddr::from(([127, 0, 0, 1], admin));
        let spec = &self.spec;
        let state = self.folder.join("written/state");
        let mut text = format!(
            "environment = \"dev\"\n\n[server]\nlisten = \"{}\"\nadmin_listen = \"{}\"\n{}\n[state]\ndir = \"{}\"\n\n[ledger]\ndurability = \"{}\"\n\n[log]\nformat = \"json\"\nlevel = \"{}\"\n\n{}\n",
            self.app,
            self.admin,
            spec.server,
            state.display(),
            spec.durability,
            spec.log_level,
            spec.settings
        );
        for (provider, dialect) in [("openai", "openai.chat"), ("anthropic", "anthropic.messages")] {
            text.push_str(&format!(
                "[[deployments]]\nid = \"{provider}\"\nprovider = \"{provider}\"\nbase_url = \"http://{}\"\ndialects = [\"{dialect}\"]\nmodels = [\"*\"]\naliases = {{ {provider}-alias = \"m-test\" }}\n\n",
                spec.upstream
            ));
            text.push_str(&format!(
                "[[provider_keys]]\nprovider = \"{provider}\"\nenvironment = \"dev\"\nfrom_env = \"{}\"\n{}\n",
                variable(provider),
                spec.accounts
            ));
        }
        for app in spec.apps.iter().filter(|app| !app.settings.is_empty()) {
            text.push_str(&format!("[apps.{}]\n{}\n", app.name, app.settings));
        }
        fs::write(self.configuration(), text)?;
        Ok(())
    }

    fn set_up_apps(&mut self) -> Result<(), Trouble> {
        for app in self.spec.apps.clone() {
            let printed = self.run(&["keys", "create", "--app", &app.name, "--env", "dev", "--json"])?;
            let key = app_key_in(&printed)
                .ok_or_else(|| Trouble::new("`cordon keys create` printed no app key"))?;
            self.keys.insert(app.name.clone(), key);
            for term in &app.terms {
                self.run(&["terms", "add", "--app", &app.name, "--label", &term.label, &term.value])?;
            }
        }
        let mut secrets: Vec<String> = self.keys.values().cloned().collect();
        secrets.extend(provider_keys().into_values());
        secrets.extend(self.spec.apps.iter().flat_map(|app| app.terms.iter().map(|term| term.value.clone())));
        evidence::remember(&self.folder, &secrets)
    }

    fn spawn(&mut self) -> Result<(), Trouble> {
        let log =
            fs::OpenOptions::new().create(true).append(true).open(self.folder.join("written/log.txt"))?;
        let program = &self.binary;
        let mut command = match self.spec.core {
            Some(core) => {
                let mut command = Command::new("taskset");
                command.arg("-c").arg(core.to_string()).arg(program);
                command
            }
            None => Command::new(program),
        };
        let begun = now();
        self.starts = self.starts.saturating_add(1);
        let child = command
            .arg("serve")
            .arg("--config")
            .arg(self.configuration())
            .envs(provider_keys())
            .env("NO_COLOR", "1")
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        self.child = Some(child);
        while now().duration_since(begun) < Duration::from_secs(60) {
            if !self.is_alive() {
                return Err(Trouble::new(format!("the gateway ended at its start: {}", self.log_end())));
            }
            if matches!(get(self.admin, "/readyz"), Ok((200, _))) {
                self.ready_after = now().duration_since(begun);
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Err(Trouble::new(format!("the gateway was not ready after 60 s: {}", self.log_end())))
    }

    fn log_end(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().rev().take(8).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    fn keep_metrics(&self) {
        if self.child.is_some()
            && let Ok(text) = self.metrics()
        {
            let _ = fs::write(self.folder.join(format!("written/metrics-{}.txt", self.starts)), text);
        }
    }
}

impl Drop for Cordon {
    fn drop(&mut self) {
        self.keep_metrics();
        self.kill();
    }
}

/// The provider keys that every started gateway gets: made up, and searched for in all that is written.
pub(crate) fn provider_keys() -> BTreeMap<String, String> {
    ["openai", "anthropic"]
        .map(|provider| (variable(provider), format!("{}-{}", "sk", "testkit0provider0key0Qm7Zx41Vb9Lw2")))
        .into_iter()
        .collect()
}

fn variable(provider: &str) -> String {
    format!("TESTKIT_{}_KEY", provider.to_ascii_uppercase())
}

/// The app key that `cordon keys create --json` printed.
fn app_key_in(printed: &str) -> Option<String> {
    let document: serde_json::Value = serde_json::from_str(printed).ok()?;
    document.get("key").and_then(serde_json::Value::as_str).map(str::to_owned)
}

#[expect(clippy::disallowed_methods, reason = "starts and stops are measured and bounded by real time")]
fn now() -> Instant {
    Instant::now()
}
