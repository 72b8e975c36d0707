//! What runs a function in another thread or process. It looks at no code.

use std::sync::LazyLock;

use super::table::{last_name, rows};

/// A callable that runs a function in another thread or process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadStarter {
    /// Its path: `threading.Thread`; of a method `*.submit`.
    pub path: &'static str,
    /// Its last name, by which calls are recognised.
    pub name: &'static str,
    /// Whether it is a process, not a thread.
    pub is_process: bool,
    /// Which positional argument the function is, from 0 on.
    pub argument: usize,
    /// The keyword that the function may be passed by instead.
    pub keyword: Option<&'static str>,
}

const TABLE: &str = include_str!("threads.tsv");

/// All of them.
pub fn thread_starters() -> &'static [ThreadStarter] {
    static STARTERS: LazyLock<Vec<ThreadStarter>> =
        LazyLock::new(|| rows(TABLE).filter_map(starter).collect());
    &STARTERS
}

/// The one with this last name.
pub fn thread_starter(name: &str) -> Option<&'static ThreadStarter> {
    thread_starters().iter().find(|s| s.name == name)
}

fn starter([path, place, argument, keyword, _]: [&'static str; 5]) -> Option<ThreadStarter> {
    let is_process = match place {
        "thread" => false,
        "process" => true,
        _ => return None,
    };
    let argument = argument.parse::<usize>().ok()?.checked_sub(1)?;
    let keyword = Some(keyword).filter(|k| *k != "-");
    Some(ThreadStarter { path, name: last_name(path), is_process, argument, keyword })
}

#[cfg(test)]
mod tests {
    use super::super::table::check;
    use super::*;

    #[test]
    fn every_row_says_where_and_which_argument() {
        check("threads.tsv", TABLE, 1, |[_, place, argument, ..]: [_; 5]| {
            if !matches!(place, "thread" | "process") {
                return Some(format!("`{place}` is neither `thread` nor `process`"));
            }
            let is_position = argument.parse::<usize>().is_ok_and(|position| position > 0);
            (!is_position).then(|| format!("`{argument}` is no position of an argument, from 1 on"))
        });
        assert_eq!(thread_starters().len(), rows::<5>(TABLE).count());
        for starter in thread_starters() {
            let found = thread_starter(starter.name).expect(starter.name);
            assert_eq!(ThreadStarter { path: starter.path, ..*found }, *starter);
        }
    }
}
