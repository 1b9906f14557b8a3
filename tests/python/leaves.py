"""String leaves of a type, found by walking the types of an installed client library.

`templates(type)` gives one JSON text per string leaf, in which that leaf alone is `HOLE`: the text of the smallest
instance that has this leaf. Request types are TypedDicts, answer types pydantic models; unions are walked through all
their members, literals have no leaf, free objects get a leaf at two depths and one as a member's name.
"""

import collections.abc
import json
import types
import typing

import typing_extensions

HOLE = "@@HOLE@@"
DEPTH_MAX = 16


class Leaf(typing.NamedTuple):
    """One string leaf: where it is, and the JSON text with `HOLE` in its place."""

    path: str
    template: str

    def filled(self, text):
        """The JSON text with this text in the leaf."""
        return self.template.replace(json.dumps(HOLE), json.dumps(text, ensure_ascii=False))


def templates(kind):
    """All leaves."""
    seen = {}
    for path, value in _sites(kind, ()):
        template = json.dumps(value, ensure_ascii=False)
        seen.setdefault(template, Leaf(path, template))
    return list(seen.values())


def _hints(kind):
    """Members of a TypedDict or model as (name, type, required)."""
    if hasattr(kind, "model_fields"):
        return [(field.alias or name, field.annotation, field.is_required()) for name, field in kind.model_fields.items()]
    total = getattr(kind, "__total__", True)
    members = []
    for name, hint in typing_extensions.get_type_hints(kind, include_extras=True).items():
        required = total
        while typing.get_origin(hint) in (typing.Required, typing.NotRequired, typing_extensions.Required, typing_extensions.NotRequired):
            required = typing.get_origin(hint) in (typing.Required, typing_extensions.Required)
            hint = typing.get_args(hint)[0]
        members.append((name, hint, required))
    return members


def _is_object(kind):
    return isinstance(kind, type) and (hasattr(kind, "model_fields") or typing_extensions.is_typeddict(kind))


def _unwrap(kind):
    """Without Annotated, Required and named aliases."""
    while True:
        origin = typing.get_origin(kind)
        if origin in (typing.Annotated, typing.Required, typing.NotRequired, typing_extensions.Required, typing_extensions.NotRequired):
            kind = typing.get_args(kind)[0]
        elif hasattr(kind, "__value__"):
            kind = kind.__value__
        else:
            return kind


def _members(kind):
    """The members of a union, or None."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return typing.get_args(kind)
    return None


def _is_list(origin):
    if origin in (list, tuple, set, collections.abc.Iterable, collections.abc.Sequence):
        return True
    return getattr(origin, "__name__", "") == "SequenceNotStr"


def _minimal(kind, stack=()):
    """The smallest instance."""
    kind = _unwrap(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if (members := _members(kind)) is not None:
        # A literal before a free string: `model` is then a known model.
        order = sorted(members, key=lambda member: typing.get_origin(_unwrap(member)) is not typing.Literal)
        usable = [member for member in order if _unwrap(member) not in stack]
        return _minimal((usable or order)[0], stack)
    if origin is typing.Literal:
        return arguments[0]
    if _is_list(origin):
        inner = _unwrap(arguments[0])
        return [] if inner in stack else [_minimal(inner, stack)]
    if origin in (dict, collections.abc.Mapping):
        return {}
    if _is_object(kind):
        return {name: _minimal(hint, (*stack, kind)) for name, hint, required in _hints(kind) if required}
    return {str: "x", int: 1, float: 0.5, bool: False, type(None): None}.get(kind, {} if kind in (object, typing.Any) else "x")


def _sites(kind, stack):
    """(path, instance with HOLE) of each string leaf."""
    kind = _unwrap(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is str:
        yield "", HOLE
    elif (members := _members(kind)) is not None:
        for member in members:
            yield from _sites(member, stack)
    elif _is_list(origin):
        for path, value in _sites(arguments[0], stack):
            yield f"/0{path}", [value]
    elif origin in (dict, collections.abc.Mapping) or kind is dict:
        inner = arguments[1] if arguments else object
        yield "/<name>", {HOLE: _minimal(inner, stack)}
        for path, value in _sites(inner, stack):
            yield f"/free{path}", {"free": value}
    elif kind in (object, typing.Any):
        yield "", HOLE
        yield "/free/0", {"free": [HOLE]}
    elif _is_object(kind):
        if stack.count(kind) > 1 or len(stack) > DEPTH_MAX:
            return
        smallest = _minimal(kind)
        tag = smallest.get("type") or smallest.get("role")
        shown = f"[{tag}]" if tag in _literals(kind) else ""
        for name, hint, _ in _hints(kind):
            for path, value in _sites(hint, (*stack, kind)):
                yield f"{shown}/{name}{path}", {**smallest, name: value}


def _literals(kind):
    """The literals that tell which member of a union an object is."""
    hints = {name: _unwrap(hint) for name, hint, _ in _hints(kind)}
    tags = [hints[name] for name in ("type", "role") if name in hints]
    return {value for tag in tags if typing.get_origin(tag) is typing.Literal for value in typing.get_args(tag)}


def found(value, path=""):
    """All strings of a JSON value, names of members too, with their paths."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from found(item, f"{path}/{index}")
    elif isinstance(value, dict):
        for name, member in value.items():
            yield f"{path}/<name>", name
            yield from found(member, f"{path}/{name}")


def place_of_hole(template):
    """Keys and indices that lead to the hole; the last is `(name,)` when the hole is a member's name."""

    def search(value, way):
        if value == HOLE:
            return way
        if isinstance(value, list):
            for index, item in enumerate(value):
                if (hit := search(item, (*way, index))) is not None:
                    return hit
        if isinstance(value, dict):
            for at, (name, member) in enumerate(value.items()):
                if name == HOLE:
                    return (*way, ("name", at))
                if (hit := search(member, (*way, name))) is not None:
                    return hit
        return None

    return search(json.loads(template), ())


def at(value, way):
    """What stands at such a place; None when the place is gone."""
    for step in way:
        if isinstance(step, tuple):
            names = list(value) if isinstance(value, dict) else []
            return names[step[1]] if step[1] < len(names) else None
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value
