//! A running `cordon serve`, and a client of a few lines.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};

use serde_json::{Value, json};

use crate::home::Home;

/// A gateway on free ports. Ends with its handle.
pub(crate) struct Served {
    child: Child,
    out: BufReader<ChildStdout>,
    /// Lines of standard error; read all the time, because a full pipe would hold the gateway up.
    err: mpsc::Receiver<String>,
    /// Held by who wants standard error to stay unread.
    pub(crate) is_read: Arc<Mutex<()>>,
    said: String,
    pub(crate) address: String,
    pub(crate) admin: String,
}

impl Served {
    /// Starts it in a home and waits until it says where it is.
    pub(crate) fn start(home: &Home) -> Self {
        let mut child = home
            .command(&["serve", "--json", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, err) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let is_read = Arc::new(Mutex::new(()));
        let gate = Arc::clone(&is_read);
        std::thread::spawn(move || {
            lines.map_while(Result::ok).try_for_each(|line| {
                drop(gate.lock());
                sender.send(line)
            })
        });
        let mut served = Self {
            out: BufReader::new(child.stdout.take().unwrap()),
            err,
            is_read,
            child,
            said: String::new(),
            address: String::new(),
            admin: String::new(),
        };
        let place = served.next_object();
        served.address = place["applications"].as_str().unwrap().to_owned();
        served.admin = place["administration"].as_str().unwrap().to_owned();
        served
    }

    /// The next JSON line on its standard output.
    pub(crate) fn next_object(&mut self) -> Value {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        if line.is_empty() {
            panic!("it ended: {}", self.err.iter().collect::<Vec<_>>().join("\n"));
        }
        serde_json::from_str(&line).unwrap()
    }

    /// Reads its standard error up to a line that holds a text.
    pub(crate) fn wait_for(&mut self, text: &str) {
        while let Ok(line) = self.err.recv() {
            let is_it = line.contains(text);
            self.said.push_str(&line);
            self.said.push('\n');
            if is_it {
                return;
            }
        }
        panic!("it ended without `{text}`: {}", self.said);
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Asks it to end; gives its exit code and all it said.
    pub(crate) fn stop(mut self) -> (i32, String) {
        self.signal("-TERM");
        self.said.extend(self.err.iter());
        let _ = self.out.read_to_string(&mut self.said);
        (self.child.wait().unwrap().code().unwrap_or(-1), std::mem::take(&mut self.said))
    }

    /// A chat with one message.
    pub(crate) fn chat(&self, key: &str, model: &str, text: &str) -> (u16, Value) {
        let body = json!({ "model": model, "messages": [{ "role": "user", "content": text }] });
        self.post("/v1/chat/completions", key, &body)
    }

    /// Posts JSON and gives status and body.
    pub(crate) fn post(&self, path: &str, key: &str, body: &Value) -> (u16, Value) {
        let body = body.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let (status, body) = exchange(&self.address, &request);
        (status, serde_json::from_str(&body).unwrap())
    }

    pub(crate) fn admin(&self, path: &str) -> (u16, String) {
        exchange(
            &self.admin,
            &format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.admin),
        )
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn exchange(address: &str, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// The text of a whole answer.
pub(crate) fn text(answer: &Value) -> &str {
    answer["choices"][0]["message"]["content"].as_str().unwrap()
}
