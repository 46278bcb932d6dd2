"""From rows to a form, the same way whether the rows were a workbook's or KoBo's.

The form is built even where something is wrong, so that everything can be said at once;
nobody receives it then.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from types import MappingProxyType

from forms.core import columns, treatments
from forms.core.classes import Classes, classify
from forms.core.expressions import normalise
from forms.core.outline import FALSE, Item, outline
from forms.core.privacy import Privacy, strictest
from forms.core.problems import Problem, problem, warnings
from forms.core.question_types import SELECTS_FROM_FILE
from forms.core.questions import Choice, Form, Group, Question, is_informed_consent
from forms.core.rules import Survey, broken_rules
from forms.core.tables import SURVEY, Tables

Read = tuple[Form, tuple[Problem, ...]]


def read_tables(tables: Tables, *, allowed: Collection[str] = ()) -> Read:
    """Return the form and all that is wrong with it, warnings included."""
    drawn = outline(tables.survey)
    if not drawn.items and not drawn.problems:
        return _form(tables, (), ()), (problem("survey_empty", sheet=SURVEY),)
    classes = classify(drawn.items)
    found = (
        *drawn.problems,
        *broken_rules(Survey(tables, drawn.items, classes, allowed)),
    )
    questions = _questions(tables, drawn.items, classes)
    groups = tuple(
        _group(item, classes, position)
        for position, item in enumerate(drawn.items)
        if item.is_group
    )
    found = (*found, *_consent_problems(questions))
    form = _form(tables, questions, groups, warnings(found))
    return form, found


def _form(
    tables: Tables,
    questions: tuple[Question, ...],
    groups: tuple[Group, ...],
    noticed: tuple[Problem, ...] = (),
) -> Form:
    settings = tables.settings
    return Form(
        title=settings.get("title", ""),
        form_id=settings.get("form_id", ""),
        version=settings.get("version", ""),
        default_language=columns.language_code(settings.get("default_language", "")),
        languages=tables.languages,
        questions=questions,
        groups=groups,
        settings=settings,
        warnings=noticed,
    )


def _group(item: Item, classes: Classes, position: int) -> Group:
    declared = classes.declared[item.path]
    return Group(
        path=item.path,
        name=item.name,
        is_repeat=item.is_repeat,
        privacy=strictest((declared or Privacy.HARMLESS, classes.floors[item.path])),
        declared_privacy=declared,
        labels=item.row.labels,
        relevant=normalise(item.text("relevant")),
        position=position,
        row=item.row.number,
    )


def _choices(tables: Tables) -> Mapping[str, tuple[Choice, ...]]:
    lists: defaultdict[str, list[Choice]] = defaultdict(list)
    for row in tables.choices:
        if row.text("name"):
            lists[row.text("list_name")].append(Choice(row.text("name"), row.labels))
    return MappingProxyType({name: tuple(choices) for name, choices in lists.items()})


def _questions(tables: Tables, items: tuple[Item, ...], classes: Classes) -> tuple[Question, ...]:
    lists = _choices(tables)
    around = {item.path: item for item in items if item.is_group}
    return tuple(
        _question(item, classes, lists, around, position)
        for position, item in enumerate(items)
        if not item.is_group
    )


def _question(
    item: Item,
    classes: Classes,
    lists: Mapping[str, tuple[Choice, ...]],
    around: Mapping[str, Item],
    position: int,
) -> Question:
    privacy = classes.held[item.path]
    handled = treatments.handling(_instructions(item), privacy)
    ancestors = [around[path] for path in item.ancestors]
    conditions = [normalise(each.text("relevant")) for each in (*ancestors, item)]
    from_file = item.kind.kind in SELECTS_FROM_FILE
    return Question(
        path=item.path,
        name=item.name,
        type=item.kind.kind,
        privacy=privacy,
        treatment=handled.treatment,
        declared_privacy=classes.declared[item.path],
        bands=handled.bands,
        given=handled.given,
        recontact=handled.recontact,
        labels=item.row.labels,
        hints=item.row.hints,
        choice_list="" if from_file else item.kind.list_name,
        choices=() if from_file else lists.get(item.kind.list_name, ()),
        choices_from_file=item.kind.list_name if from_file else "",
        relevant=conditions[-1],
        asked_when=tuple(filter(None, conditions)),
        calculation=normalise(item.text("calculation")),
        constraint=normalise(item.text("constraint")),
        required=item.text("required").casefold() not in FALSE,
        repeat=next((each.path for each in reversed(ancestors) if each.is_repeat), ""),
        position=position,
        row=item.row.number,
    )


def _instructions(item: Item) -> Mapping[str, tuple[str, ...]]:
    try:
        return treatments.parse_treatment(item.text(columns.TREATMENT))
    except treatments.TreatmentNotUnderstood:
        return treatments.EMPTY


def _consent_problems(questions: tuple[Question, ...]) -> tuple[Problem, ...]:
    consent = next(filter(is_informed_consent, questions), None)
    if consent is None:
        return (problem("consent_missing", sheet=SURVEY, column=columns.PRIVACY),)
    names = {choice.name for choice in consent.choices}
    if not names or names & set(consent.given):
        return ()
    return (
        problem(
            "consent_never_given",
            sheet=SURVEY,
            row=consent.row,
            column=columns.TREATMENT,
            name=consent.name,
            given=", ".join(consent.given),
        ),
    )
