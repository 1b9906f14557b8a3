//! The workspace as Cargo sees it: members, manifests, folders.

use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand, Package};
use testkit::Trouble;

/// The workspace.
pub(crate) struct Workspace {
    metadata: Metadata,
}

impl Workspace {
    /// Asks Cargo, without the network and without dependencies.
    pub(crate) fn load() -> Result<Self, Trouble> {
        let metadata = MetadataCommand::new()
            .no_deps()
            .exec()
            .map_err(|error| Trouble::new(format!("`cargo metadata` failed: {error}")))?;
        Ok(Self { metadata })
    }

    /// Its root folder.
    pub(crate) fn root(&self) -> &Path {
        self.metadata.workspace_root.as_std_path()
    }

    /// The folder of builds.
    pub(crate) fn target(&self) -> &Path {
        self.metadata.target_directory.as_std_path()
    }

    /// Its members.
    pub(crate) fn packages(&self) -> Vec<&Package> {
        self.metadata.workspace_packages()
    }

    /// `cargo` in the root folder.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("cargo");
        command.args(arguments).current_dir(self.root());
        command
    }

    /// The text of a file, by its path from the root.
    pub(crate) fn read(&self, path: &str) -> Result<String, Trouble> {
        std::fs::read_to_string(self.root().join(path)).map_err(|error| Trouble::from(error).during(path))
    }

    /// All files below the root that belong to it, as paths from the root: no hidden folders but `.ci`, no builds.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>, Trouble> {
        let mut found = Vec::new();
        let mut folders = vec![self.root().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder)? {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let is_left_out = (name.starts_with('.') && name != ".ci")
                    || path == self.target()
                    || ["target", "cordon-data", "__pycache__"].contains(&name.as_str());
                if is_left_out {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(relative) = path.strip_prefix(self.root()) {
                    found.push(relative.to_owned());
                }
            }
        }
        found.sort();
        Ok(found)
    }
}

/// The short name of a member: `cordon-wire` is `wire`.
pub(crate) fn short(package: &str) -> &str {
    package.strip_prefix("cordon-").unwrap_or(package)
}
