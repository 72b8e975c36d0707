//! How a report is shown: one file a format, each with its own shape. It decides nothing and changes no file.

mod text;
mod count;
mod faults;
mod json;

pub use count::Count;
pub use faults::faults;
pub use json::{View, json};
