"""What a form must keep to, so that every answer is known before the first one arrives.

Each rule looks at the whole form and yields all that breaks it. The numbers are those of the
acceptance checks in the privacy note.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from forms.core import columns, treatments
from forms.core.classes import Classes, circular, declaration, named, needs_no_class, sources
from forms.core.expressions import mentioned, normalise, references
from forms.core.outline import Item
from forms.core.privacy import HIDDEN, Privacy, is_laxer, nearest
from forms.core.problems import Problem, Severity, problem
from forms.core.question_types import (
    REFUSED_METADATA,
    SELECTS,
    SILENT_LOCATION,
    floor_of,
)
from forms.core.tables import SETTINGS, SURVEY, Tables

EXPRESSIONS = ("relevant", "calculation", "constraint", "default", "repeat_count", "choice_filter")

PRELOAD = "bind::jr:preload"


@dataclass(frozen=True, slots=True)
class Survey:
    """A form on its way in; `allowed` are metadata types that an exception permits."""

    tables: Tables
    items: tuple[Item, ...]
    classes: Classes
    allowed: Collection[str] = ()


def at(
    code: str, item: Item, column: str, severity: Severity = Severity.ERROR, **params: str
) -> Problem:
    return problem(
        code,
        sheet=SURVEY,
        row=item.row.number,
        column=column,
        severity=severity,
        name=item.name,
        **params,
    )


def misspelt_columns(survey: Survey) -> Iterator[Problem]:
    """4. A column that nobody would read."""
    for header in columns.misspelt(survey.tables.headers):
        yield problem(
            "column_misspelt",
            sheet=SURVEY,
            row=survey.tables.header_row,
            column=header,
            name=header,
            meant=columns.meant(header),
        )


def undeclared_namespace(survey: Survey) -> Iterator[Problem]:
    """3. Without it, the converter drops the columns or the form."""
    prefixed = {columns.PRIVACY, columns.TREATMENT} & set(survey.tables.headers)
    namespaces = survey.tables.settings.get("namespaces", "")
    if prefixed and not columns.declares_namespace(namespaces):
        yield problem(
            "namespace_missing",
            sheet=SETTINGS,
            column="namespaces",
            setting=columns.NAMESPACE,
        )


def unclassified(survey: Survey) -> Iterator[Problem]:
    """1. Every question has a class; groups, notes and plain metadata need none."""
    declares = {columns.PRIVACY, columns.PLAIN_PRIVACY} & set(survey.tables.headers)
    if not declares and columns.misspelt(survey.tables.headers):
        return  # one misspelt header says it better than fifty rows
    for item in survey.items:
        said = declaration(item)
        if said.privacy is None and not said.unknown and not _may_be_silent(item):
            yield at("unclassified", item, columns.PRIVACY)


def _may_be_silent(item: Item) -> bool:
    return needs_no_class(item) or item.kind.kind in REFUSED_METADATA | SILENT_LOCATION


def unknown_classes(survey: Survey) -> Iterator[Problem]:
    """2. The list of classes is closed."""
    for item in survey.items:
        for column, text in declaration(item).unknown.items():
            near = nearest(text)
            if near:
                yield at("class_unknown_near", item, column, text=text, nearest=str(near))
            else:
                yield at("class_unknown", item, column, text=text, classes=", ".join(Privacy))


def disagreeing_columns(survey: Survey) -> Iterator[Problem]:
    """5. Two columns, one class."""
    for item in survey.items:
        if declaration(item).disagree:
            one, other = item.text(columns.PRIVACY), item.text(columns.PLAIN_PRIVACY)
            yield at("classes_disagree", item, columns.PLAIN_PRIVACY, one=one, other=other)


def laxer_than_allowed(survey: Survey) -> Iterator[Problem]:
    """6. No child below the floor of its groups, no type below its own."""
    for item in survey.items:
        said, floor = survey.classes.declared[item.path], survey.classes.floors[item.path]
        if said is None:
            continue
        if is_laxer(said, floor):
            yield at("laxer_than_group", item, columns.PRIVACY, privacy=str(said), floor=str(floor))
        of_type = floor_of(item.kind.kind)
        if of_type and is_laxer(said, of_type[0]):
            code = f"laxer_{of_type[1]}"
            yield at(code, item, columns.PRIVACY, privacy=str(said), floor=str(of_type[0]))


def stricter_calculations(survey: Survey) -> Iterator[Problem]:
    """7. Not refused: the form is told which class holds."""
    for item in survey.items:
        said, held = survey.classes.declared[item.path], survey.classes.held[item.path]
        if said is not None and sources(item) and is_laxer(said, held):
            yield at(
                "calculation_stricter",
                item,
                columns.PRIVACY,
                Severity.WARNING,
                privacy=str(said),
                held=str(held),
            )


def readable_instance_name(survey: Survey) -> Iterator[Problem]:
    """8. KoBo shows the name of a submission in every list."""
    paths = named(survey.items)
    for name in sorted(references(normalise(survey.tables.settings.get("instance_name", "")))):
        for path in paths.get(name, ()):
            held = survey.classes.held[path]
            if held in HIDDEN and survey.classes.declared[path] is not None:
                yield problem(
                    "instance_name_hidden",
                    sheet=SETTINGS,
                    row=2 * survey.tables.header_row,
                    column="instance_name",
                    name=name,
                    privacy=str(held),
                )


def refused_metadata(survey: Survey) -> Iterator[Problem]:
    """9. What a tablet can take without the person's knowledge."""
    for item in survey.items:
        kind = item.kind.kind
        if kind in survey.allowed:
            continue
        if kind in REFUSED_METADATA:
            yield at("metadata_refused", item, "type", type=kind)
        if kind in SILENT_LOCATION and survey.classes.declared[item.path] is None:
            yield at("silent_location", item, columns.PRIVACY, type=kind)
        if kind == "audit" and (parameters := _tracking(item.text("parameters"))):
            yield at("audit_tracks", item, "parameters", parameters=parameters)


def silent_preloads(survey: Survey) -> Iterator[Problem]:
    """9. The same by the back door: a column that fills a question from the tablet."""
    for item in survey.items:
        if item.text(PRELOAD):
            yield at("preload_refused", item, PRELOAD)


def _tracking(parameters: str) -> str:
    """Return the parameters of an audit that record more than times, as they stand."""
    parts = parameters.replace(",", " ").replace(";", " ").split()
    return " ".join(part for part in parts if not part.casefold().endswith("=false"))


def unfit_treatments(survey: Survey) -> Iterator[Problem]:
    for item in survey.items:
        text, said = item.text(columns.TREATMENT), survey.classes.declared[item.path]
        if text and item.is_group:
            yield at("treatment_on_group", item, columns.TREATMENT)
            continue
        try:
            instructions = treatments.parse_treatment(text)
        except treatments.TreatmentNotUnderstood as part:
            yield at("treatment_unknown", item, columns.TREATMENT, text=str(part))
            continue
        privacy = said or survey.classes.held[item.path]
        if not treatments.fits(instructions, privacy):
            yield at("treatment_unfit", item, columns.TREATMENT, text=text, privacy=str(privacy))


def missing_choice_lists(survey: Survey) -> Iterator[Problem]:
    lists = {row.text("list_name") for row in survey.tables.choices}
    for item in survey.items:
        name = item.kind.list_name
        if item.kind.kind in SELECTS and name not in lists and not mentioned(name):
            yield at("choice_list_missing", item, "type", list=name or "(none)")


def unknown_references(survey: Survey) -> Iterator[Problem]:
    names = {item.name for item in survey.items}
    for item in survey.items:
        for column in EXPRESSIONS:
            for reference in sorted(mentioned(item.text(column)) - names):
                if not item.is_generated:
                    yield at("reference_unknown", item, column, reference=reference)


def circular_calculations(survey: Survey) -> Iterator[Problem]:
    in_circles = circular(survey.items)
    for item in survey.items:
        if item.path in in_circles:
            yield at("calculation_circular", item, "calculation")


def encrypted(survey: Survey) -> Iterator[Problem]:
    if survey.tables.settings.get("public_key"):
        yield problem("form_encrypted", sheet=SETTINGS, column="public_key")


RULES = (
    encrypted,
    undeclared_namespace,
    misspelt_columns,
    unclassified,
    unknown_classes,
    disagreeing_columns,
    laxer_than_allowed,
    stricter_calculations,
    readable_instance_name,
    refused_metadata,
    silent_preloads,
    unfit_treatments,
    missing_choice_lists,
    unknown_references,
    circular_calculations,
)


def broken_rules(survey: Survey) -> tuple[Problem, ...]:
    return tuple(found for rule in RULES for found in rule(survey))
