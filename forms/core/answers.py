"""The words for a stored answer, in a reader's language."""

from collections.abc import Mapping

from forms.core.questions import Question

SEVERAL = frozenset({"select_multiple", "select_multiple_from_file", "rank"})


def answer_label(question: Question, answer: str, language: str) -> str:
    """Return the label of the chosen, several joined by "; "; any other answer as it is.

    A choice that the form does not have keeps its name: the tablet may have had an older
    form. A label that lacks the language is given in the first language there is.
    """
    names = answer.split() if question.type in SEVERAL else [answer]
    labels = {choice.name: _in(choice.labels, language) for choice in question.choices}
    return "; ".join(labels.get(name) or name for name in names)


def _in(labels: Mapping[str, str], language: str) -> str:
    return labels.get(language) or next(iter(labels.values()), "")
