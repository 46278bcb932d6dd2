"""Which privacy class holds for each question, from what the form declares.

The strictest of: what the row declares, the floor of every group around it, the floor of its
type (a photo, a position, a device), and the class of all it is made of, through any number of
calculations. A question that declares nothing is taken for the strictest class; it is refused
elsewhere, and until then nothing may hang on it.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from forms.core.columns import PLAIN_PRIVACY, PRIVACY
from forms.core.expressions import normalise, references
from forms.core.outline import Item
from forms.core.privacy import Privacy, is_laxer, strictest
from forms.core.question_types import METADATA, floor_of


@dataclass(frozen=True, slots=True)
class Declaration:
    """What stands in the two privacy columns of a row, and what it means.

    `unknown` holds the texts that are no class; `disagree` that the two columns differ.
    """

    privacy: Privacy | None
    unknown: Mapping[str, str]
    disagree: bool = False


def declaration(item: Item) -> Declaration:
    texts = {column: item.text(column) for column in (PRIVACY, PLAIN_PRIVACY)}
    texts = {column: text for column, text in texts.items() if text}
    unknown = {column: text for column, text in texts.items() if text not in list(Privacy)}
    found = {Privacy(text) for column, text in texts.items() if column not in unknown}
    return Declaration(
        strictest(found) if found else None,
        MappingProxyType(unknown),
        disagree=len(set(texts.values())) > 1,
    )


@dataclass(frozen=True, slots=True)
class Classes:
    """By path: what is declared, the floor that the groups around it set, and what holds.

    For a group, what holds is the strictest class of all that is in it.
    """

    declared: Mapping[str, Privacy | None]
    floors: Mapping[str, Privacy]
    held: Mapping[str, Privacy]


def classify(items: Iterable[Item]) -> Classes:
    items = tuple(items)
    declared = {item.path: declaration(item).privacy for item in items}
    floors = {item.path: _floor(item, declared) for item in items}
    held = {item.path: _alone(item, declared[item.path], floors[item.path]) for item in items}
    _spread(held, _dependents(items))
    return Classes(MappingProxyType(declared), MappingProxyType(floors), MappingProxyType(held))


def _floor(item: Item, declared: Mapping[str, Privacy | None]) -> Privacy:
    around = (declared.get(path) for path in item.ancestors)
    return strictest(privacy for privacy in around if privacy is not None)


def _alone(item: Item, declared: Privacy | None, floor: Privacy) -> Privacy:
    """The class of an item, its sources left aside."""
    of_type = floor_of(item.kind.kind)
    assumed = Privacy.HARMLESS if needs_no_class(item) else Privacy.DIRECT
    return strictest((declared or assumed, floor, of_type[0] if of_type else floor))


def needs_no_class(item: Item) -> bool:
    return item.is_group or item.is_generated or item.kind.kind in METADATA


def sources(item: Item) -> frozenset[str]:
    """Return the names of all that the answers of an item are made of."""
    made_of = " , ".join(
        normalise(item.text(key)) for key in ("calculation", "default") if not item.is_group
    )
    return references(made_of) | references(item.kind.list_name)


def named(items: Iterable[Item]) -> Mapping[str, tuple[str, ...]]:
    """Return the paths that go by each name."""
    paths: defaultdict[str, list[str]] = defaultdict(list)
    for item in items:
        paths[item.name].append(item.path)
    return MappingProxyType({name: tuple(found) for name, found in paths.items()})


def _dependents(items: tuple[Item, ...]) -> Mapping[str, list[str]]:
    """Return, for each path, whose class cannot be laxer: what is made of it, what holds it."""
    paths = named(items)
    dependents: defaultdict[str, list[str]] = defaultdict(list)
    for item in items:
        for name in sources(item):
            for path in paths.get(name, ()):
                dependents[path].append(item.path)
        if item.ancestors:
            dependents[item.path].append(item.ancestors[-1])
    return dependents


def _spread(held: dict[str, Privacy], dependents: Mapping[str, list[str]]) -> None:
    waiting = deque(held)
    while waiting:
        path = waiting.popleft()
        for dependent in dependents.get(path, ()):
            if is_laxer(held[dependent], held[path]):
                held[dependent] = held[path]
                waiting.append(dependent)


def circular(items: Iterable[Item]) -> frozenset[str]:
    """Return the paths of calculations that use their own result, through others or at once."""
    calculated = [item for item in items if not item.is_group and item.text("calculation")]
    paths = named(calculated)
    uses = {
        item.path: {
            path
            for name in references(normalise(item.text("calculation")))
            for path in paths.get(name, ())
        }
        for item in calculated
    }
    remaining = _without_ends(uses)
    used_by: dict[str, set[str]] = {path: set() for path in remaining}
    for path in remaining:
        for used in uses[path] & remaining:
            used_by[used].add(path)
    return frozenset(_without_ends(used_by))


def _without_ends(graph: Mapping[str, set[str]]) -> set[str]:
    """Return what is left when nodes without successors are taken away, again and again."""
    predecessors: defaultdict[str, list[str]] = defaultdict(list)
    left = {node: len(successors) for node, successors in graph.items()}
    for node, successors in graph.items():
        for successor in successors:
            predecessors[successor].append(node)
    ends = deque(node for node, count in left.items() if not count)
    while ends:
        node = ends.popleft()
        del left[node]
        for predecessor in predecessors[node]:
            left[predecessor] -= 1
            if not left[predecessor]:
                ends.append(predecessor)
    return set(left)
