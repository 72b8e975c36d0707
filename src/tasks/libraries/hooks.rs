//! How functions are registered to run as an application, or a block, starts or ends. It looks at
//! no code.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::table::{rows, words};

words! {
    /// When a hook runs.
    pub enum HookPhase {
        /// As the application starts.
        Startup = "startup",
        /// As the application ends.
        Shutdown = "shutdown",
        /// A generator: before its `yield` at the start of the application or block, after it at the
        /// end.
        Around = "around",
    }
}

words! {
    /// How a function becomes a hook.
    pub enum Registration {
        /// By an event's name: as an argument, a decorator, a parameter, or a list: `on_startup=[f]`.
        Event = "event",
        /// By a decorator that takes the event's name: `@app.on_event("startup")`.
        EventDecorator = "event-decorator",
        /// By a method that takes the event's name and the function: `app.add_event_handler("startup", f)`.
        EventMethod = "event-method",
        /// By a decorator: `@app.while_serving`.
        Decorator = "decorator",
        /// By a decorator, for a block that need not be the application: `@asynccontextmanager`.
        BlockDecorator = "block-decorator",
        /// By a method of no framework, which does not await coroutine functions in the
        /// application's loop: `loop.add_signal_handler(number, f)`.
        Method = "method",
        /// By a method of an exit stack, at the end of its block: `stack.push_async_callback(f)`.
        ExitStack = "exit-stack",
        /// By a function at a path, which awaits nothing either: `atexit.register(f)`.
        Function = "function",
        /// By an assignment to an attribute: `router.lifespan_context = f`.
        Attribute = "attribute",
    }
}

const TABLE: &str = include_str!("hooks.tsv");

type Hooks = HashMap<(Registration, &'static str), Option<HookPhase>>;

static HOOKS: LazyLock<Hooks> = LazyLock::new(|| {
    let read = |[how, name, phase, _]: [&'static str; 4]| {
        Some(((Registration::of_word(how)?, name), HookPhase::of_word(phase)))
    };
    rows(TABLE).filter_map(read).collect()
});

/// The phase of the hooks that are registered in this way by this name; none when that is unknown.
pub fn hook_phase(how: Registration, name: &str) -> Option<HookPhase> {
    HOOKS.get(&(how, name)).copied().flatten()
}

/// Whether hooks are registered in this way by this name.
pub fn is_registration(how: Registration, name: &str) -> bool {
    HOOKS.contains_key(&(how, name))
}

#[cfg(test)]
mod tests {
    use super::super::table::check;
    use super::*;

    #[test]
    fn every_row_says_how_and_when() {
        check("hooks.tsv", TABLE, 2, |[how, _, phase, _]| {
            if Registration::of_word(how).is_none() {
                return Some(format!("`{how}` is no word of `Registration` in hooks.rs"));
            }
            let is_unknown = phase != "-" && HookPhase::of_word(phase).is_none();
            is_unknown.then(|| format!("`{phase}` is no word of `HookPhase` in hooks.rs"))
        });
        for [how, name, phase, _] in rows(TABLE) {
            let how = Registration::of_word(how).expect(name);
            let takes_event =
                matches!(how, Registration::EventDecorator | Registration::EventMethod);
            assert!(is_registration(how, name), "{name}");
            assert_eq!(hook_phase(how, name).is_none(), takes_event, "{name}");
            assert_eq!(phase == "-", takes_event, "{name}");
        }
    }
}
