"""Who keeps a task: what refers to it strongly, in words. It keeps nothing of what it sees."""

import gc
import types

_CONTAINERS = (list, set, tuple, dict, frozenset)
# The descriptors of what the interpreter keeps for an object.
_STORED = (types.GetSetDescriptorType, types.MemberDescriptorType)
_FRAMES = (types.CoroutineType, types.AsyncGeneratorType, types.GeneratorType)


def owners(task):
    """What refers to a task, sorted, such as `attribute _tasks of app.Foo`; `nothing` if there is no such thing.

    It must be called while no coroutine of the loop runs: the variables of a running function are not seen.
    """
    found = set()
    # A task refers to its coroutine, and to what that waits for, which refers to the task: these are no owners.
    ignored = [task.get_coro(), getattr(task, "_fut_waiter", None)]
    referrers = gc.get_referrers(task)
    ignored.append(referrers)
    for referrer in referrers:
        if _is_ignored(referrer, ignored):
            continue
        if _is_a(referrer, _CONTAINERS) or type(referrer).__module__ == "collections":
            found.update(_holders(referrer, task, ignored))
        else:
            found.add(_described(referrer, task))
    found.discard(None)
    return sorted(found) or ["nothing"]


def _is_ignored(referrer, ignored):
    """Whether it is of the probe, or what the loop and a future that is waited for have of every task."""
    if any(referrer is known for known in ignored):
        return True
    kind = type(referrer)
    if kind is types.FrameType or kind is types.GeneratorType:
        code = referrer.f_code if kind is types.FrameType else referrer.gi_code
        return code.co_filename == _is_ignored.__code__.co_filename
    if kind is types.BuiltinMethodType or kind is types.MethodType:
        return True
    name = kind.__name__
    return name.startswith("Task") and name.endswith("Wrapper")


def _holders(container, task, ignored):
    """Who has a container with a task in it; objects and modules have their attributes in one."""
    holders = gc.get_referrers(container)
    ignored = [*ignored, holders]
    found = set()
    for holder in holders:
        if _is_ignored(holder, ignored):
            continue
        if _attributes_of(holder) is container:
            found.add(_attribute(holder, task))
        elif _is_a(holder, dict):
            # No comprehension: its closure would refer to the container, too.
            before = len(found)
            for owner in gc.get_referrers(holder):
                if _has_attributes_in(owner, holder):
                    found.add(_attribute(owner, container))
            if len(found) == before:
                found.add("a dictionary")
        else:
            found.add(_described(holder, container))
    return found


def _has_attributes_in(owner, names):
    # The dictionary of a class is seen through a proxy only.
    return _is_a(owner, type) or _attributes_of(owner) is names


def _is_a(value, kinds):
    """`isinstance`, which asks the object for its `__class__`, by its type alone: no code of the program runs."""
    return issubclass(type(value), kinds)


def _attributes_of(value):
    """The dictionary of an object, unless a class of the program has a `__dict__` of its own making."""
    for base in type(value).__mro__:
        if "__dict__" in base.__dict__:
            descriptor = base.__dict__["__dict__"]
            is_stored = type(descriptor) in _STORED
            return descriptor.__get__(value) if is_stored else None
    return None


def _described(referrer, value):
    """One referrer in words; none where it is no owner."""
    if _is_a(referrer, types.CellType):
        return "a closure"
    if _is_a(referrer, _FRAMES):
        return f"a local variable of {referrer.__qualname__}"
    if _is_a(referrer, types.FrameType):
        return f"a local variable of {referrer.f_code.co_name}"
    name = type(referrer).__name__
    if name == "FutureIter":
        return "who awaits it"
    if _is_a(referrer, _CONTAINERS):
        return f"a {name}"
    if type(referrer).__module__ in ("builtins", "_contextvars"):
        return None
    return _attribute(referrer, value)


def _attribute(owner, value):
    """`attribute _tasks of app.Foo`, or the global of a module."""
    names = _attributes_of(owner) or {}
    name = next((name for name, held in list(names.items()) if held is value), None)
    if _is_a(owner, types.ModuleType):
        return f"global {name} of {names.get('__name__')}"
    if _is_a(owner, type):
        return f"attribute {name} of class {owner.__module__}.{owner.__qualname__}"
    kind = type(owner)
    if name is None:
        name = next((name for name, held in _slots(owner) if held is value), None)
    if name is None and kind.__module__ == "_asyncio":
        # Futures know who awaits them, since CPython 3.14.
        return None
    path = f"{kind.__module__}.{kind.__qualname__}"
    return f"an object of {path}" if name is None else f"attribute {name} of {path}"


def _slots(owner):
    for base in type(owner).__mro__:
        for name, descriptor in list(base.__dict__.items()):
            if type(descriptor) is types.MemberDescriptorType:
                try:
                    yield name, descriptor.__get__(owner)
                except AttributeError:
                    pass
