//! What a command prints, recorded so that a later run can print it again. It prints nothing.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// One text, and how it was printed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Printed {
    /// To standard output, unchanged.
    Raw(String),
    /// To standard output, its styles stripped where colour is off.
    Styled(String),
    /// To standard error, likewise.
    Error(String),
}

/// What was printed so far; none where some of it cannot be recorded.
#[derive(Debug)]
pub(super) struct Printout(Mutex<Option<Vec<Printed>>>);

impl Default for Printout {
    fn default() -> Self {
        Self(Mutex::new(Some(Vec::new())))
    }
}

impl Printout {
    /// Adds a text.
    pub(super) fn add(&self, kind: impl Fn(String) -> Printed, text: &[u8]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (std::str::from_utf8(text), all.as_mut()) {
            (Ok(text), Some(all)) => all.push(kind(text.to_owned())),
            _ => *all = None,
        }
    }

    /// What was printed.
    pub(super) fn texts(&self) -> Option<Vec<Printed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
