//! Configuration files: our own table, and the settings of other tools that a fix respects.

mod parse;
mod options;
mod bounded_read;
mod tool_table;
mod ini;
mod min_python;
mod import_settings;
mod file_settings;

pub use file_settings::FileSettingsCache;
pub use options::Options;
pub use parse::{parse_style, parse_tracker, parse_version};
pub use tool_table::{ConfigError, load_options};
