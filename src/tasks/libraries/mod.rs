//! What is known of libraries: the spawners of asyncio, and one table of effects with a source for every row. It knows nothing of
//! the code that is analysed.

mod asyncio;
mod known;

pub use asyncio::SPAWNER_NAMES;
pub(super) use asyncio::{asyncio_spawner, is_loop_path};
pub(super) use known::{LibraryEffect, at_path, of_method};
