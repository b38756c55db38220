//! The real binary with its demo: driven by the browser journey, or measured. Whoever visits it may have it killed.

use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, anyhow};

use crate::demo::{Demo, Welcome};
use crate::{binary, console, shell};

/// How often the door is looked at while the visitor is there.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Starts `program` with a fresh demo, drives it with the browser at `chromium`, and stops it. The journey starts servers
/// and shops of its own too, which are yet to be connected.
///
/// # Errors
/// The server did not start, a step of the journey failed, or the server did not stop cleanly.
pub fn run(program: PathBuf, shop: &Path, chromium: &Path) -> Result<()> {
    let mut walk = shell::npm(&console::e2e());
    binary::settle_home(&mut walk).env("CALIBR_PROGRAM", &program).env("CALIBR_SIM", shop);
    walk.args(["run", "--silent", "test"]).env("CALIBR_CHROMIUM", chromium);
    beside(program, walk)
}

/// Starts `program` with a fresh demo, runs `visitor` with where it is and how to sign in, and stops it. At `CALIBR_DOOR`
/// the visitor says `kill`, and later `start`, whose answer is the shop's new address.
///
/// # Errors
/// The server did not start, the visitor failed, or the server did not stop cleanly.
pub fn beside(program: PathBuf, mut visitor: Command) -> Result<()> {
    let door = TcpListener::bind(("127.0.0.1", 0))?;
    let mut demo = Demo::start(program)?;
    let visited = demo.welcome().and_then(|welcome| {
        let Welcome { url, password, shop } = &welcome;
        visitor.env("CALIBR_URL", url).env("CALIBR_PASSWORD", password).env("CALIBR_SHOP", shop);
        visitor.env("CALIBR_DOOR", door.local_addr()?.to_string());
        visit(&mut visitor, &door, &mut demo, &welcome)
    });
    let stopped = demo.stop();
    if visited.is_err() || stopped.is_err() {
        eprintln!("{}", demo.said());
    } else {
        demo.remove()?;
    }
    visited.and(stopped)
}

fn visit(visitor: &mut Command, door: &TcpListener, demo: &mut Demo, welcome: &Welcome) -> Result<()> {
    door.set_nonblocking(true)?;
    let mut guest = shell::begin(visitor)?;
    loop {
        if let Some(status) = guest.try_wait()? {
            return shell::succeeded(visitor, status);
        }
        match door.accept() {
            Ok((caller, _)) => answer(caller, demo, welcome)?,
            Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::sleep(LOOK_EVERY),
            Err(error) => return Err(error.into()),
        }
    }
}

/// One line in, one line out. What goes wrong is for the visitor to hear, who then fails.
fn answer(caller: TcpStream, demo: &mut Demo, welcome: &Welcome) -> Result<()> {
    caller.set_nonblocking(false)?;
    let mut caller = BufReader::new(caller);
    let mut word = String::new();
    caller.read_line(&mut word)?;
    let done = match word.trim() {
        "kill" => demo.kill().map(|()| "killed".to_owned()),
        "start" => demo.start_again(welcome).map(|welcome| welcome.shop),
        other => Err(anyhow!("nobody knows what `{other}` means at the door")),
    };
    writeln!(caller.get_mut(), "{}", done.unwrap_or_else(|error| format!("failed: {error:#}")))?;
    Ok(())
}

/// Looks at every state of the built gallery with the browser at `chromium`. It takes no server.
///
/// # Errors
/// A state is not as it should be.
pub fn gallery(chromium: &Path) -> Result<()> {
    let mut look = shell::npm(&console::e2e());
    look.args(["run", "--silent", "gallery"]);
    shell::run(look.env("CALIBR_CHROMIUM", chromium))
}
