//! The signals that ask this process to end while a command runs: the command is to end, and then comes what is said of it. It
//! knows no probe.

use std::process::{Child, Command};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A process has one handler of each signal, so there is one of these.
pub(super) static SIGNALS: Signals = Signals {
    child: AtomicU32::new(0),
    was_asked_to_end: AtomicBool::new(false),
    is_listening: Once::new(),
};

pub(super) struct Signals {
    /// The id of the process that runs; 0 for none.
    child: AtomicU32,
    was_asked_to_end: AtomicBool,
    is_listening: Once,
}

impl Signals {
    /// Starts a command, which gets the signals that somebody sends to this process from now on.
    pub(super) fn spawn(&self, command: &mut Command) -> std::io::Result<Child> {
        self.is_listening.call_once(listen);
        self.was_asked_to_end.store(false, Ordering::SeqCst);
        let child = command.spawn()?;
        self.child.store(child.id(), Ordering::SeqCst);
        Ok(child)
    }

    /// Whether the command, which has ended, was asked to.
    pub(super) fn finish(&self) -> bool {
        self.child.store(0, Ordering::SeqCst);
        self.was_asked_to_end.load(Ordering::SeqCst)
    }

    /// Takes a signal; the command that is to get it, too.
    fn take(&self) -> u32 {
        match self.child.load(Ordering::SeqCst) {
            // Nothing runs that would have to end first.
            0 => std::process::exit(130),
            child => {
                self.was_asked_to_end.store(true, Ordering::SeqCst);
                child
            }
        }
    }
}

#[cfg(unix)]
fn listen() {
    use rustix::process::{Pid, Signal, kill_process};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::SignalsInfo;
    use signal_hook::iterator::exfiltrator::WithOrigin;

    // If there is no handler, a signal ends this process, and the command may go on.
    let Ok(mut signals) = SignalsInfo::<WithOrigin>::new([SIGHUP, SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        for origin in &mut signals {
            let child = i32::try_from(SIGNALS.take()).ok().and_then(Pid::from_raw);
            // What a terminal sends, as for Ctrl-C, comes from no process, and has reached the command, too.
            let is_sent = origin.process.is_some_and(|sender| sender.pid != 0);
            let signal = match origin.signal {
                SIGHUP => Signal::HUP,
                SIGINT => Signal::INT,
                _ => Signal::TERM,
            };
            if let Some(child) = child.filter(|_| is_sent) {
                // If it has ended, it needs no signal.
                let _ = kill_process(child, signal);
            }
        }
    });
}

#[cfg(not(unix))]
fn listen() {
    // Ctrl-C has reached the command, too.
    let _ = ctrlc::set_handler(|| drop(SIGNALS.take()));
}
