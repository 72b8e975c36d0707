//! From paths to a report: find the files, read those that matter, and take each through the house. It prints nothing and
//! writes no file.

mod report;
mod settle;
mod needle;
mod place;
mod modules;
mod ties;
mod target;
mod walk;
mod depth;
mod stage;
mod shared;
mod kept;
mod search;
mod gather;
mod audit;
mod drive;

pub use drive::{Job, run};
pub use place::project_root;
pub use report::{Entry, FileReport, Found, Item, Notice, Progress, Report, Span};
pub use target::{Input, Target, targets};
pub use walk::excluder;
