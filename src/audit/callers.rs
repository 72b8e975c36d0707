//! Who calls a function that stops tasks, across files, up to what ends an application, a block or an object. It knows no
//! task.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::index::{Call, Calls, Index};
use super::terms::{Chain, Hook, Spot, Top, When};
use super::witness::Witness;
use crate::python::{Field, Kind, Model, NodeId, Origin};

/// Callers of callers are followed this far.
const FARTHEST: usize = 6;
/// At most this many functions are asked for one chain.
const MOST: usize = 200;

/// Methods by which users of an object say that they are done with it (library/contextlib.html#contextlib.aclosing, and
/// custom).
const WAYS_OUT: &[&str] = &["close", "aclose", "disconnect", "shutdown", "stop", "wait_closed"];

/// A call of a function, or a place where it is handed on.
#[derive(Debug, Clone, Copy)]
struct Caller {
    spot: Spot,
    /// Whether nothing but its name tells that it is meant.
    by_name: bool,
}

/// One step up a chain: who calls a function, and the step below it.
struct Link {
    callee: Spot,
    caller: Caller,
    /// The function around the call.
    around: Option<Spot>,
    below: Option<usize>,
}

impl Index<'_> {
    /// The best chain of callers from a function up; code of tests counts only for functions of tests.
    pub fn chain(&self, function: Spot) -> Chain {
        (*self.chains.get(function, |function| Arc::new(self.look_chain_up(*function)))).clone()
    }

    fn look_chain_up(&self, function: Spot) -> Chain {
        let top = self.own_top(function).unwrap_or(Top::Nobody);
        let mut best = Chain { steps: self.registered(function), top };
        if top == Top::Shutdown {
            return best;
        }
        let mut links: Vec<Link> = Vec::new();
        let mut seen = BTreeSet::from([function]);
        let mut waiting = VecDeque::from([(function, None::<usize>, 0)]);
        while let Some((callee, below, length)) = waiting.pop_front() {
            if seen.len() > MOST || length >= FARTHEST {
                break;
            }
            let (callers, is_unclear) = self.callers(callee);
            if callers.is_empty() {
                let is_unclear = is_unclear || self.is_called_from_outside(callee);
                let top = match (self.is_way_out(callee), below, is_unclear) {
                    (true, ..) => Top::Protocol,
                    (_, Some(_), _) => Top::Caller,
                    (_, _, true) => Top::Unclear,
                    _ => Top::Nobody,
                };
                if is_better(&best, top) {
                    best = Chain { steps: self.steps(&links, below), top };
                }
                continue;
            }
            for caller in callers {
                let around = self.function_of(caller.spot);
                let here = links.len();
                links.push(Link { callee, caller, around, below });
                let top = match around {
                    None => Some(Top::Program),
                    Some(f) => self.top_at(f, caller.spot),
                };
                let next = around.filter(|f| top.is_none() && seen.insert(*f));
                if let Some(f) = next {
                    waiting.push_back((f, Some(here), length + 1));
                    continue;
                }
                let top = top.unwrap_or(Top::Caller);
                if is_better(&best, top) {
                    best = Chain { steps: self.steps(&links, Some(here)), top };
                }
            }
        }
        best
    }

    /// What a link and those below it tell, the lowest first.
    fn steps(&self, links: &[Link], last: Option<usize>) -> Vec<Witness> {
        let up = std::iter::successors(last.map(|at| &links[at]), |l| l.below.map(|at| &links[at]));
        let mut steps: Vec<Witness> = up.map(|link| self.step(link)).collect();
        steps.reverse();
        steps
    }

    /// The application's hook that runs a place of a function as the application starts: the function itself, or one that
    /// calls it.
    pub fn starts(&self, function: Spot, place: Spot) -> Option<Hook> {
        let own = |function: Spot, place: Spot| {
            let hook = self.hook(function).filter(|h| h.is_application)?;
            let is_before = match hook.when {
                When::Startup => true,
                When::Around => self.yield_of(function).is_some_and(|y| place.node < y),
                When::Shutdown => false,
            };
            is_before.then_some(hook)
        };
        let called = || {
            let (callers, _) = self.callers(function);
            let mut surely = callers.iter().filter(|c| !c.by_name);
            surely.find_map(|c| own(self.function_of(c.spot)?, c.spot))
        };
        own(function, place).or_else(called)
    }

    /// The chain of a place in a function: behind the `yield` of a hook it needs no caller.
    pub(super) fn chain_from(&self, function: Spot, place: Spot) -> Chain {
        match self.top_at(function, place) {
            Some(Top::Shutdown | Top::Block) if self.own_top(function).is_none() => {
                let hook = self.hook(function).filter(|h| h.is_application);
                let say = |h: Hook| {
                    let name = self.name_of(function);
                    self.witness(h.spot, format!("{} makes `{name}` the application's", h.label))
                };
                let top = if hook.is_some() { Top::Shutdown } else { Top::Block };
                Chain { steps: hook.map(say).into_iter().collect(), top }
            }
            _ => self.chain(function),
        }
    }

    /// What registers a function as a shutdown hook.
    fn registered(&self, function: Spot) -> Vec<Witness> {
        let hook = self.hook(function).filter(|h| h.when == When::Shutdown);
        let say = |h: Hook| {
            let name = self.name_of(function);
            self.witness(h.spot, format!("{} has `{name}` called at shutdown", h.label))
        };
        hook.map(say).into_iter().collect()
    }

    /// What a function is by itself: a shutdown hook, the end of a block.
    fn own_top(&self, function: Spot) -> Option<Top> {
        if self.name_is(function, &["__aexit__", "__exit__"]) {
            return Some(Top::Block);
        }
        let hook = self.hook(function)?;
        (hook.when == When::Shutdown).then_some(Top::Shutdown)
    }

    /// What a call in a function makes of what it calls.
    fn top_at(&self, function: Spot, call: Spot) -> Option<Top> {
        if let Some(top) = self.own_top(function) {
            return Some(top);
        }
        let hook = self.hook(function).filter(|h| h.when == When::Around)?;
        let behind = self.yield_of(function).is_some_and(|y| y < call.node);
        behind.then_some(if hook.is_application { Top::Shutdown } else { Top::Block })
    }

    fn step(&self, link: &Link) -> Witness {
        let Link { callee, caller, around, .. } = *link;
        let model = self.model(caller.spot);
        let by_name = if caller.by_name { " (known by its name)" } else { "" };
        let callee = self.name_of(callee);
        let is_call = model.kind(caller.spot.node) == Kind::Call;
        let who = match around {
            Some(f) => format!("`{}`", self.name_of(f)),
            None => "the module".to_owned(),
        };
        let behind = around.is_some_and(|f| {
            let is_around = self.hook(f).is_some_and(|h| h.when == When::Around);
            is_around && self.yield_of(f).is_some_and(|y| y < caller.spot.node)
        });
        let place = if behind { " after its `yield`" } else { "" };
        let note = match is_call {
            true => format!("{who} calls `{callee}`{place}{by_name}"),
            false => format!("{who} hands on `{callee}`{by_name}"),
        };
        self.witness(caller.spot, note)
    }

    /// Whether code that cannot be seen may call a function: a framework by its decorator, a base class by its name.
    fn is_called_from_outside(&self, function: Spot) -> bool {
        let model = self.model(function);
        let name = model.child(function.node, Field::Name).map_or("", |n| model.text(n));
        self.wrapping_decorator(function).is_some()
            || self.is_looked_up_by_prefix(name)
            || (name.starts_with("__") && name.ends_with("__"))
            || self.class_around(function).is_some_and(|class| !self.is_self_contained(&class))
    }

    fn is_way_out(&self, function: Spot) -> bool {
        self.class_around(function).is_some() && self.name_is(function, WAYS_OUT)
    }

    fn name_is(&self, function: Spot, names: &[&str]) -> bool {
        let model = self.model(function);
        model.child(function.node, Field::Name).is_some_and(|n| names.contains(&model.text(n)))
    }

    /// Who calls a function, or hands it on; and whether others may.
    fn callers(&self, function: Spot) -> (Vec<Caller>, bool) {
        let model = self.model(function);
        let name = model.child(function.node, Field::Name).map_or("", |n| model.text(n));
        let Some(calls) = self.calls_of(name) else { return (Vec::new(), false) };
        let counts = |call: &Call| {
            let in_itself = call.mention.file == function.file
                && model.tree.contains(function.node, call.mention.node);
            !in_itself && (!self.is_test(call.mention) || self.is_test(function))
        };
        let sure = calls.of.get(&function).into_iter().flatten().filter(|c| counts(c));
        let mut found: Vec<Caller> =
            sure.map(|call| Caller { spot: call.spot, by_name: false }).collect();
        let class = self.class_around(function).map(|class| class_name(&class));
        let renamed = calls.renamed.get(&function).into_iter().flatten();
        let mut is_unclear = renamed.into_iter().any(counts);
        for (call, object) in calls.open.iter().filter(|(call, _)| counts(call)) {
            let named = |o: &String| class.as_ref().is_some_and(|c| self.is_named_after(o, c));
            match object.as_ref().is_some_and(named) {
                true => found.push(Caller { spot: call.spot, by_name: true }),
                false => is_unclear = true,
            }
        }
        found.sort_by_key(|c| (c.by_name, c.spot));
        (found, is_unclear)
    }

    /// The calls of whatever has a name.
    fn calls_of(&self, name: &str) -> Option<Arc<Calls>> {
        let mentions = self.mentions(name);
        let tell_apart = |_: &Spot| {
            let mut found = Calls::default();
            for mention in mentions.iter().copied() {
                let Some(spot) = self.call_or_reference(mention) else { continue };
                let call = Call { mention, spot };
                let functions = self.functions(mention);
                let is_looked_up = self.model(mention).kind(mention.node) == Kind::Call;
                if functions.is_empty() && (is_looked_up || self.is_unknown(mention)) {
                    found.open.push((call, self.object_name(mention)));
                }
                let of = match spot == mention && self.is_renamed(mention) {
                    true => &mut found.renamed,
                    false => &mut found.of,
                };
                for function in functions {
                    of.entry(function).or_default().push(call);
                }
            }
            Arc::new(found)
        };
        Some(self.calls.get(*mentions.first()?, tell_apart))
    }

    /// The call that a mention is the callee of, or the mention itself where it is handed on; none for the rest.
    fn call_or_reference(&self, mention: Spot) -> Option<Spot> {
        let model = self.model(mention);
        let mut node = mention.node;
        loop {
            let parent = model.tree.parent(node)?;
            match (model.kind(parent), model.tree.field(node)) {
                (Kind::Call, Field::Function) => {
                    let is_it = node == mention.node;
                    return is_it.then_some(Spot { node: parent, ..mention });
                }
                (Kind::ArgumentList | Kind::KeywordArgument | Kind::Pair | Kind::List, _)
                | (Kind::ReturnStatement | Kind::Yield, _)
                // `client.on_close = self._closed`
                | (Kind::Assignment, Field::Right) => return Some(mention),
                (
                    Kind::ParenthesizedExpression
                    | Kind::BooleanOperator
                    | Kind::ConditionalExpression
                    | Kind::Tuple
                    | Kind::Set,
                    _,
                ) => node = parent,
                _ => return None,
            }
        }
    }

    /// Whether a mention lets others call a function by another name: `aclose = close` in a class, `return wrapper`.
    fn is_renamed(&self, mention: Spot) -> bool {
        let model = self.model(mention);
        match model.tree.parent(mention.node).map(|p| model.kind(p)) {
            Some(Kind::Assignment) => self.function_of(mention).is_none(),
            Some(Kind::ReturnStatement | Kind::Yield) => true,
            _ => false,
        }
    }

    /// Whether what a method is called on cannot be told.
    fn is_unknown(&self, mention: Spot) -> bool {
        let model = self.model(mention);
        if model.kind(mention.node) != Kind::Attribute {
            return false;
        }
        let Some(object) = model.child(mention.node, Field::Object) else { return false };
        let origins = model.origins(object);
        origins.is_empty()
            || origins.iter().any(|o| match o {
                Origin::Value(_) | Origin::Parameter(_) | Origin::Returned(_) => true,
                // An attribute, or a result, of something of the project that is not set where it can be seen.
                Origin::Path(path) => self.is_own(path),
                _ => false,
            })
    }

    fn is_own(&self, path: &str) -> bool {
        self.paths_behind(path).iter().any(|p| {
            let class = p.split("()").next().unwrap_or(p);
            p.contains("()") && self.class_at(class).is_some() && class != p.trim_end_matches("()")
        })
    }

    /// The last name of what a method is called on, in lower case.
    fn object_name(&self, mention: Spot) -> Option<String> {
        let model = self.model(mention);
        let name = last_name(model, model.child(mention.node, Field::Object)?)?;
        Some(name.to_lowercase().replace('_', ""))
    }

    /// `app.state.scheduler.stop()` and the class `Scheduler`, or `JobScheduler`: a name is all the evidence there is.
    fn is_named_after(&self, object: &str, class: &str) -> bool {
        object.len() > 3 && class.ends_with(object) && self.classes_named(object) == 1
    }
}

/// The last name of a class's path in lower case.
fn class_name(path: &str) -> String {
    let name = path.rsplit('.').next().unwrap_or_default();
    name.to_lowercase().trim_start_matches('_').to_owned()
}

fn last_name(model: &Model, node: NodeId) -> Option<String> {
    let node = model.bare(node);
    let name = match model.kind(node) {
        Kind::Identifier => node,
        Kind::Attribute => model.child(node, Field::Attribute)?,
        _ => return None,
    };
    Some(model.text(name).to_owned())
}

/// Whether a chain that ends like this tells more than the best so far.
fn is_better(best: &Chain, top: Top) -> bool {
    top > best.top || (best.steps.is_empty() && top == best.top)
}
