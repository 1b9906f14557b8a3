//! Changes of the configuration file and of the recognizer and policy files that it names, noticed without a signal.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::Watcher;
use tokio::sync::mpsc;

use crate::config::load::Loaded;

/// Editors write a file in several steps; they are waited for this long.
const SETTLE: Duration = Duration::from_millis(200);

/// Changes of the configuration file, its recognizer and policy files, and of nothing else in their directories.
pub(crate) struct Changes {
    events: mpsc::Receiver<()>,
    _watcher: Option<notify::RecommendedWatcher>,
}

impl Changes {
    /// Watches the directories of the files, because editors put a new file in its place. Where watching is not possible, SIGHUP
    /// still works.
    pub(crate) fn of(loaded: &Loaded) -> Self {
        let (sender, events) = mpsc::channel(1);
        let watcher = loaded.path.clone().and_then(|path| Self::watcher(path, loaded, sender));
        if loaded.path.is_some() && watcher.is_none() {
            tracing::warn!("the configuration file cannot be watched: send SIGHUP after a change");
        }
        Self { events, _watcher: watcher }
    }

    fn watcher(
        path: PathBuf,
        loaded: &Loaded,
        sender: mpsc::Sender<()>,
    ) -> Option<notify::RecommendedWatcher> {
        let files: Vec<&Path> = loaded
            .rules
            .iter()
            .chain(&loaded.facts)
            .chain(&loaded.policies)
            .map(|own| own.path.as_path())
            .chain([path.as_path()])
            .collect();
        let names: BTreeSet<OsString> =
            files.iter().filter_map(|file| Some(file.file_name()?.to_owned())).collect();
        let dirs: BTreeSet<PathBuf> = files.iter().map(|file| dir_of(file)).collect();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let is_meant = event.is_ok_and(|event| {
                !event.kind.is_access()
                    && event.paths.iter().filter_map(|path| path.file_name()).any(|name| names.contains(name))
            });
            if is_meant {
                // A full channel means that a reload is coming anyway.
                let _ = sender.try_send(());
            }
        })
        .ok()?;
        for dir in &dirs {
            watcher.watch(dir, notify::RecursiveMode::NonRecursive).ok()?;
        }
        Some(watcher)
    }

    /// Resolves after the file changed and settled; never where nothing is watched.
    pub(crate) async fn next(&mut self) {
        if self.events.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(SETTLE).await;
        while self.events.try_recv().is_ok() {}
    }
}

fn dir_of(file: &Path) -> PathBuf {
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
    dir.map_or_else(|| PathBuf::from("."), PathBuf::from)
}
