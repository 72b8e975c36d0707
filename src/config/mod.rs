//! Configuration files: our own table, and the settings of other tools that a fix respects.

mod parse;
mod options;
mod bounded_read;
mod keys;
mod config_file;
mod ini;
mod min_python;
mod import_settings;
mod file_settings;
mod resolver;
mod cache_folder;

pub use cache_folder::cache_folder;
pub use config_file::ConfigError;
pub use keys::{KEYS, Key, KeyKind, schema};
pub use options::{CommandOptions, Options};
pub use parse::{parse_style, parse_target_version, parse_tracker};
pub use resolver::ConfigResolver;
