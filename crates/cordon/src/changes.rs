//! Changes of the configuration file, noticed without a signal.

use std::path::PathBuf;
use std::time::Duration;

use notify::Watcher;
use tokio::sync::mpsc;

use crate::config::load::Loaded;

/// Editors write a file in several steps; they are waited for this long.
const SETTLE: Duration = Duration::from_millis(200);

/// Changes of the configuration file and of nothing else in its directory.
pub(crate) struct Changes {
    events: mpsc::Receiver<()>,
    _watcher: Option<notify::RecommendedWatcher>,
}

impl Changes {
    /// Watches the directory of the file, because editors put a new file in its place. Where watching is not possible, SIGHUP
    /// still works.
    pub(crate) fn of(loaded: &Loaded) -> Self {
        let (sender, events) = mpsc::channel(1);
        let watcher = loaded.path.clone().and_then(|path| Self::watcher(path, sender));
        if loaded.path.is_some() && watcher.is_none() {
            tracing::warn!("the configuration file cannot be watched: send SIGHUP after a change");
        }
        Self { events, _watcher: watcher }
    }

    fn watcher(path: PathBuf, sender: mpsc::Sender<()>) -> Option<notify::RecommendedWatcher> {
        let name = path.file_name()?.to_owned();
        let dir = path
            .parent()
            .filter(|dir| !dir.as_os_str().is_empty())
            .map_or_else(|| PathBuf::from("."), PathBuf::from);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let is_meant = event.is_ok_and(|event| {
                !event.kind.is_access() && event.paths.iter().any(|path| path.file_name() == Some(&name))
            });
            if is_meant {
                // A full channel means that a reload is coming anyway.
                let _ = sender.try_send(());
            }
        })
        .ok()?;
        watcher.watch(&dir, notify::RecursiveMode::NonRecursive).ok()?;
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
