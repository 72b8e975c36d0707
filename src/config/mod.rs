//! Configuration files: what the user wrote for us, and what the project says to others that a fix must heed.

mod word;
mod options;
mod read;
mod own;
mod ini;
mod floor;
mod facts;

pub use facts::Facts;
pub use options::Options;
pub use own::{ConfigError, own_options};
pub use word::{parse_style, parse_tracker, parse_version};
