//! The processes of a measurement: the mock on its core, the gateway on its own.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use testkit::load::{self, Outcome, Plan};
use testkit::{Cordon, CordonSpec, Trouble, process};

use super::machine::Machine;
use crate::workspace::Workspace;

/// A running mock and what is needed to start gateways.
pub(crate) struct Stage {
    /// The machine.
    pub(crate) machine: Machine,
    /// The binary.
    pub(super) binary: PathBuf,
    /// The root of the workspace.
    pub(crate) root: PathBuf,
    /// The folder of builds.
    pub(crate) target: PathBuf,
    /// Where everything is written.
    pub(crate) folder: PathBuf,
    /// How long each load runs.
    pub(crate) duration: Duration,
    mock: Child,
    mock_address: SocketAddr,
}

impl Stage {
    /// Starts the mock.
    pub(crate) fn new(workspace: &Workspace, machine: Machine, duration: Duration) -> Result<Self, Trouble> {
        let folder = workspace.target().join("bench");
        std::fs::create_dir_all(&folder)?;
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let program = workspace.target().join("release/mock-provider");
        let mut command = match machine.load_core {
            Some(core) => {
                let mut command = Command::new("taskset");
                command.args(["-c", &core.to_string()]).arg(program);
                command
            }
            None => Command::new(program),
        };
        let mock = command.arg(address.to_string()).stdin(Stdio::null()).spawn()?;
        for _ in 0..200 {
            if TcpStream::connect(address).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let binary = workspace.target().join("release/cordon");
        let (root, target) = (workspace.root().to_owned(), workspace.target().to_owned());
        Ok(Self { machine, binary, root, target, folder, duration, mock, mock_address: address })
    }

    /// A program on the gateway's core.
    pub(crate) fn pinned(&self, program: &std::path::Path) -> Command {
        match self.machine.gateway_core {
            Some(core) => {
                let mut command = Command::new("taskset");
                command.args(["-c", &core.to_string()]).arg(program);
                command
            }
            None => Command::new(program),
        }
    }

    /// Starts a gateway in front of the mock.
    pub(crate) fn gateway(&self, name: &str, durability: &'static str) -> Result<Cordon, Trouble> {
        let spec = CordonSpec {
            durability,
            log_level: "warn",
            core: self.machine.gateway_core,
            server: "concurrency_max = 8192\n".to_owned(),
            ..CordonSpec::new(name, self.mock_address)
        };
        Cordon::start_with(spec, &self.binary, &self.folder)
    }

    /// A plan for the stage's duration.
    pub(crate) fn plan(&self, to: Target<'_>, body: &str, connections: usize, rate: Option<f64>) -> Plan {
        let (address, key) = match to {
            Target::Direct => (self.mock_address, "none"),
            Target::Through(cordon) => (cordon.address(), cordon.key("default")),
        };
        let request = Plan::request(address, "/v1/chat/completions", key, body);
        Plan { address, request, connections, duration: self.duration, rate }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self.mock.kill();
        let _ = self.mock.wait();
    }
}

/// Where a load goes.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    /// To the mock.
    Direct,
    /// Through a gateway.
    Through(&'a Cordon),
}

/// An outcome and the processor time of the gateway per request.
pub(crate) struct Measured {
    /// What the load generator saw.
    pub(crate) outcome: Outcome,
    /// Milliseconds of the gateway per request.
    pub(crate) cpu_ms: f64,
}

/// Runs a plan; failures of requests are a trouble, since they would be fast.
pub(crate) fn measure(
    runtime: &tokio::runtime::Runtime,
    plan: &Plan,
    to: Target<'_>,
) -> Result<Measured, Trouble> {
    let pid = match to {
        Target::Direct => None,
        Target::Through(cordon) => Some(cordon.pid()),
    };
    let before = pid.map(process::cpu).transpose()?;
    let outcome = runtime.block_on(load::run(plan))?;
    let after = pid.map(process::cpu).transpose()?;
    if outcome.failed > 0 || outcome.done == 0 {
        return Err(Trouble::new(format!("{} of {} requests failed", outcome.failed, outcome.all)));
    }
    let cpu = after.unwrap_or_default().saturating_sub(before.unwrap_or_default());
    let cpu_ms = cpu.as_secs_f64() * 1e3 / outcome.all as f64;
    Ok(Measured { outcome, cpu_ms })
}
