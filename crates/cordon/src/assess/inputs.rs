//! Which files are read: those that are named, and what looks like a log in directories that are named.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::documents::Layout;
use crate::failure::Failure;

/// Ends of names that are looked into in a directory, each also with `.gz` behind it.
pub(crate) const ENDS: [&str; 4] = [".jsonl", ".ndjson", ".json", ".log"];
/// Most files of one call.
const FILES_MAX: usize = 100_000;
/// Deepest directory below one that is named.
const DEPTH_MAX: usize = 32;
/// How much of a file is looked at to know what it is, and read at once.
const BUFFER_BYTES: usize = 256 << 10;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    /// Where it lies; `-` is standard input.
    pub(crate) path: PathBuf,
    /// Its name, without characters that a terminal would obey.
    pub(crate) name: String,
    /// Its length in bytes; 0 where that is not known.
    pub(crate) bytes: u64,
}

/// All files of a call, each once, in the order of the arguments, those of a directory by name.
///
/// # Errors
/// A directory without logs, more files than are taken, or what the system says of a name.
pub(crate) fn inputs(named: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    let mut all: Vec<Input> = Vec::new();
    for path in named {
        if path.as_os_str() == "-" {
            all.push(Input { path: path.clone(), name: "(standard input)".to_owned(), bytes: 0 });
            continue;
        }
        let failed = |source: io::Error| Failure::File { what: "cannot read", path: path.clone(), source };
        let about = fs::metadata(path).map_err(failed)?;
        if about.is_dir() {
            let before = all.len();
            walk(path, 0, &mut all).map_err(failed)?;
            if all.len() == before {
                let ends = ENDS.join(", ");
                return Err(failed(io::Error::other(format!(
                    "there is no log in this directory: no file ends with {ends}, or with .gz behind that; name files of other names \
                     one by one"
                ))));
            }
        } else {
            all.push(input(path, about.len()));
        }
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|input| seen.insert(input.path.clone()));
    Ok(all)
}

fn input(path: &Path, bytes: u64) -> Input {
    let name = path.display().to_string();
    let name = name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    Input { path: path.to_owned(), name, bytes }
}

/// Links to directories are not followed: they may lead in a circle.
fn walk(directory: &Path, depth: usize, all: &mut Vec<Input>) -> io::Result<()> {
    let mut entries = fs::read_dir(directory)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() {
            if depth >= DEPTH_MAX {
                return Err(io::Error::other(format!("directories lie more than {DEPTH_MAX} deep")));
            }
            walk(&path, depth + 1, all)?;
        } else if is_log(&path) {
            let about = fs::metadata(&path)?;
            if about.is_file() {
                all.push(input(&path, about.len()));
            }
        }
        if all.len() > FILES_MAX {
            return Err(io::Error::other(format!(
                "there are more than {FILES_MAX} files; name some of them"
            )));
        }
    }
    Ok(())
}

fn is_log(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    ENDS.iter().any(|end| name.ends_with(end))
}

/// A file that was opened: its text, unpacked where it is gzip, and how its documents follow each other.
pub(crate) struct Opened {
    /// Reads the text.
    pub(crate) reader: Box<dyn BufRead>,
    /// How its documents follow each other.
    pub(crate) layout: Layout,
}

/// Opens a file and looks what it is. `read` is told of the bytes that are read of it, as they lie on the disk.
///
/// # Errors
/// Why it cannot be read, or is no log; with what to do.
pub(crate) fn open(input: &Input, read: impl Fn(u64) + 'static) -> io::Result<Opened> {
    let source: Box<dyn Read> = if input.path.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(&input.path)?)
    };
    let mut reader = BufReader::with_capacity(BUFFER_BYTES, Told { source, read });
    let unfit = |why: &str| Err(io::Error::new(io::ErrorKind::InvalidData, why.to_owned()));
    let head = reader.fill_buf()?;
    let reader: Box<dyn BufRead> = match head {
        [0x1f, 0x8b, ..] => Box::new(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(reader))),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => return unfit("it is packed with zstd: unpack it first (zstd -d)"),
        [b'P', b'K', 3, 4, ..] => return unfit("it is a zip archive: unpack it first"),
        [b'P', b'A', b'R', b'1', ..] => return unfit("it is a Parquet file: export it as JSON lines first"),
        _ => Box::new(reader),
    };
    text(reader)
}

/// Looks at the beginning of a text.
fn text(mut reader: Box<dyn BufRead>) -> io::Result<Opened> {
    let unfit = |why: &str| Err(io::Error::new(io::ErrorKind::InvalidData, why.to_owned()));
    if reader.fill_buf()?.starts_with(&[0xef, 0xbb, 0xbf]) {
        reader.consume(3);
    }
    let head = reader.fill_buf()?;
    if head.is_empty() {
        return unfit("it is empty");
    }
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return unfit("it is UTF-16: convert it first (iconv -f UTF-16 -t UTF-8)");
    }
    if head.contains(&0) {
        return unfit("it is binary, not a log of JSON");
    }
    let trimmed = head.trim_ascii_start();
    let first = trimmed.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let layout = if first.starts_with(b"[") || first == b"{" { Layout::Values } else { Layout::Lines };
    Ok(Opened { reader, layout })
}

/// Says how much was read.
struct Told<F> {
    source: Box<dyn Read>,
    read: F,
}

impl<F: Fn(u64)> Read for Told<F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(into)?;
        (self.read)(count as u64);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(bytes: &[u8]) -> (tempfile::TempDir, Input) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.jsonl");
        fs::write(&path, bytes).unwrap();
        let input = inputs(&[path]).unwrap().remove(0);
        (dir, input)
    }

    #[test]
    fn what_is_no_log_is_named_with_what_to_do() {
        for (bytes, said) in [
            (&b""[..], "empty"),
            (b"PK\x03\x04", "zip"),
            (b"PAR1", "Parquet"),
            (b"\x28\xb5\x2f\xfd", "zstd -d"),
            (b"\xff\xfe{\0", "iconv"),
            (b"{\"a\":\0\0", "binary"),
        ] {
            let (_dir, input) = written(bytes);
            let error = open(&input, |_| {}).map(|_| ()).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
        }
    }

    #[test]
    fn an_array_and_an_indented_object_are_values_and_all_else_is_lines() {
        for (text, layout) in [
            ("{\"a\":1}\n", Layout::Lines),
            ("\u{feff}{\"a\":1}\n", Layout::Lines),
            ("{\"a\": \n", Layout::Lines),
            ("  [\n{}]", Layout::Values),
            ("[{\"a\":1}]", Layout::Values),
            ("{\n  \"a\": 1\n}\n", Layout::Values),
            ("plain\n", Layout::Lines),
        ] {
            let (_dir, input) = written(text.as_bytes());
            assert_eq!(open(&input, |_| {}).unwrap().layout, layout, "{text}");
        }
    }

    #[test]
    fn a_directory_is_walked_by_name_and_links_to_directories_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("b")).unwrap();
        for name in ["z.jsonl", "b/a.JSON.gz", "b/notes.txt", "a.ndjson"] {
            fs::write(at(name), "{}").unwrap();
        }
        std::os::unix::fs::symlink(dir.path(), at("b/loop")).unwrap();
        let found = inputs(&[dir.path().to_owned(), at("z.jsonl")]).unwrap();
        let names: Vec<PathBuf> = found.into_iter().map(|input| input.path).collect();
        assert_eq!(names, [at("a.ndjson"), at("b/a.JSON.gz"), at("z.jsonl")]);
        fs::create_dir(at("empty")).unwrap();
        let error = inputs(&[at("empty")]).unwrap_err();
        assert!(error.to_string().contains("no log in this directory"), "{error}");
    }
}
