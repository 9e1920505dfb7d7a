//! Commands in and JSON lines out.

use crate::arguments::{ArgumentError, Command};
use mio::Waker;
use std::io::{self, BufRead, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

/// What came on standard input: a command, or a line that is none.
pub(crate) type Input = Result<Command, ArgumentError>;

/// The commands that came on standard input.
pub(crate) struct Commands {
    receiver: Receiver<Input>,
    /// The reading thread ends after its last wake-up; a waker dropped there would take that wake-up with it.
    _waker: Arc<Waker>,
}

impl Commands {
    /// Reads standard input in a thread of its own and wakes the loop for each line. Its end is a `quit`, so that the
    /// program never outlives who started it.
    pub(crate) fn read(waker: Waker) -> Self {
        let (sender, receiver) = channel();
        let waker = Arc::new(waker);
        let wake_loop = Arc::clone(&waker);
        thread::spawn(move || {
            let commands = io::stdin().lock().lines().map_while(Result::ok).map(|line| line.parse());
            for input in commands.chain([Ok(Command::Quit)]) {
                if sender.send(input).is_err() || wake_loop.wake().is_err() {
                    return;
                }
            }
        });
        Self { receiver, _waker: waker }
    }

    /// The next one, if any has come.
    pub(crate) fn next(&self) -> Option<Input> {
        self.receiver.try_recv().ok()
    }
}

/// Writes one line of JSON. Fails when nobody reads any more.
fn write_line(json: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{json}")?;
    output.flush()
}

/// The first line: where the program listens.
pub(crate) fn ready(listening: SocketAddr) -> io::Result<()> {
    write_line(&format!(r#"{{"event":"ready","address":"{}","port":{}}}"#, listening.ip(), listening.port()))
}

/// The answer to a command that changed something.
pub(crate) fn done() -> io::Result<()> {
    write_line(r#"{"event":"done"}"#)
}

/// The answer to `stats`: `fields` is the inside of a JSON object.
pub(crate) fn stats(fields: &str) -> io::Result<()> {
    write_line(&format!(r#"{{"event":"stats",{fields}}}"#))
}

/// The answer to a line that is no command.
pub(crate) fn refused(error: &ArgumentError) -> io::Result<()> {
    let message = error.to_string().replace('\\', "\\\\").replace('"', "\\\"");
    write_line(&format!(r#"{{"event":"refused","message":"{message}"}}"#))
}
