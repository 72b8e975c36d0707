//! The language server: it keeps the texts of open documents, analyses them and answers an editor. It knows no rule and no
//! syntax, and writes no file.

mod position;
mod documents;
mod analysis;
mod edits;
mod diagnostics;
mod hover;
mod actions;
mod server;

pub use server::serve;
