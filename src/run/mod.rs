//! From paths to a report: finds the files, loads those that matter, and runs every step of the analysis on them. It prints
//! nothing and writes no file.

mod lookups;
mod report;
mod progress;
mod folder_config;
mod demands;
mod outcome_spans;
mod candidates;
mod module_names;
mod modules;
mod package_graph;
mod target;
mod word_set;
mod file_facts;
mod cache_file;
mod fact_cache;
mod walk;
mod sweep;
mod nesting_limit;
mod suppressions;
mod report_items;
mod selection;
mod parse_file;
mod file_pipeline;
mod shared_module;
mod star_imports;
mod cross_file;
mod known_packages;
mod caller_search;
mod loader;
mod audit;
mod pipeline;
mod result_cache;

pub use folder_config::{ConfigSource, FolderConfig, PathMatcher, Pattern, UniformConfig};
pub use lookups::Lookups;
pub use outcome_spans::moved_offset;
pub use pipeline::{Job, excluded, list, nothing_found, run, run_listed};
pub use progress::{ParseCounts, Phase, Progress};
pub use report::{Entry, FileReport, FindingKey, Found, Item, Notice, Report, Span};
pub use result_cache::ResultCache;
pub use target::{Input, Target, project_root, targets};
pub use walk::{FileList, Texts};
