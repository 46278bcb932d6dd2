"""Every sentence in which a form is refused, one a code: what, and what to do about it.

The place (sheet, row, column) stands beside the sentence, not in it. Values go in by name, so
that a translation may move them.
"""

from types import MappingProxyType
from typing import Final


def gettext_noop(text: str) -> str:
    """Mark a sentence for the translators, who find it by this name; the core needs no Django."""
    return text


TEMPLATES: Final = MappingProxyType(
    {
        # the file
        "file_too_big": gettext_noop(
            "The file is larger than %(limit)s MiB. A questionnaire is far smaller: take out "
            "pictures and sheets that are not part of the form."
        ),
        "file_is_xls": gettext_noop(
            "This is a workbook of the old kind (.xls). Open it and save it as .xlsx, for "
            "example %(example)s."
        ),
        "file_is_no_workbook": gettext_noop(
            "This is not an Excel workbook. Upload the form as .xlsx, for example %(example)s."
        ),
        "file_is_damaged": gettext_noop(
            "The workbook cannot be read to its end: the file is damaged or was changed by hand. "
            "Open it in a spreadsheet program, save it again and upload the new file."
        ),
        "file_is_locked": gettext_noop(
            "The workbook is protected by a password. Save it without one and upload it again."
        ),
        "file_has_macros": gettext_noop(
            "The workbook holds macros (%(part)s). A form needs none: save it as .xlsx without "
            "macros."
        ),
        "file_unpacks_too_big": gettext_noop(
            "Unpacked, the workbook is larger than %(limit)s MiB. Take out sheets that are not "
            "part of the form and save it again."
        ),
        "file_has_too_many_parts": gettext_noop(
            "The workbook has more than %(limit)s parts. Take out pictures and sheets that are "
            "not part of the form."
        ),
        "file_is_packed_too_tightly": gettext_noop(
            "Part %(part)s of the workbook unpacks to more than %(limit)s times its size, which "
            "no form does. Copy the sheets into a new workbook and upload that."
        ),
        "file_has_doctype": gettext_noop(
            "Part %(part)s of the workbook declares a document type or entities, which no "
            "spreadsheet program writes. Copy the sheets into a new workbook and upload that."
        ),
        "file_is_not_utf8": gettext_noop(
            "Part %(part)s of the workbook is not written in UTF-8. Open it in a spreadsheet "
            "program, save it again and upload the new file."
        ),
        "sheet_too_long": gettext_noop(
            "The sheet has more than %(limit)s rows. Long lists belong into a file beside the "
            "form: type select_one_from_file places.csv."
        ),
        "sheet_too_wide": gettext_noop(
            "The sheet has more than %(limit)s columns. Take out those that are not part of the "
            "form."
        ),
        "sheet_too_wordy": gettext_noop(
            "The sheet holds more than %(limit)s characters of text. Shorten the cells from this "
            "row on."
        ),
        # the sheets
        "survey_missing": gettext_noop(
            "The workbook has no sheet named survey. Name the sheet with the questions: survey."
        ),
        "survey_empty": gettext_noop(
            "The form has no questions. Write one a row, for example type integer, name age."
        ),
        "column_missing": gettext_noop(
            "The sheet has no column %(name)s. Write it into the first row."
        ),
        "column_twice": gettext_noop(
            "The column %(name)s stands twice, so that it is not known which one counts. Take "
            "one out."
        ),
        "column_misspelt": gettext_noop(
            "The column %(name)s would be ignored. Write its header exactly so: %(meant)s"
        ),
        "namespace_missing": gettext_noop(
            "The form uses columns bind::mtm:… but does not declare mtm. Paste this into column "
            "namespaces of sheet settings: %(setting)s"
        ),
        "content_not_understood": gettext_noop(
            "The form as KoBo holds it cannot be read: %(part)s is not a list of rows. Upload the "
            "workbook to KoBo again."
        ),
        "form_encrypted": gettext_noop(
            "The form encrypts its submissions on the tablet (setting public_key), so that they "
            "cannot be checked here. Take the setting out: sealed answers are encrypted on "
            "arrival."
        ),
        # questions and groups
        "type_missing": gettext_noop(
            "Question %(name)s has no type. Write one, for example text or select_one yes_no."
        ),
        "type_unknown": gettext_noop(
            "There is no question type %(type)s. Write one, for example text or select_one yes_no."
        ),
        "type_unknown_near": gettext_noop(
            "There is no question type %(type)s. Did you mean %(nearest)s?"
        ),
        "name_missing": gettext_noop(
            "A row of type %(type)s has no name. Give it one in Latin letters, for example "
            "return_month."
        ),
        "name_invalid": gettext_noop(
            "The name %(name)s cannot be used. Begin with a Latin letter and use only letters, "
            "digits and underscores, for example return_month."
        ),
        "name_twice": gettext_noop(
            "The name %(name)s stands twice in one group. Give the second one another, for "
            "example %(name)s_2."
        ),
        "name_reserved": gettext_noop(
            "The name %(name)s is one of KoBo's own. Choose another, for example own_%(name)s."
        ),
        "group_unmatched": gettext_noop(
            "This %(type)s closes nothing that is open here. Take it out, or put its begin row "
            "before it."
        ),
        "group_open": gettext_noop(
            "%(name)s is opened and never closed. Add a row of type %(end)s after its last "
            "question."
        ),
        "nested_too_deep": gettext_noop(
            "More than %(limit)s groups stand within each other here. Close some before this row."
        ),
        "or_other": gettext_noop(
            "or_other adds a question to %(name)s that has no privacy class. Add it yourself: a "
            "choice named other, and a text question of class free that is asked when it is "
            "chosen."
        ),
        "choice_list_missing": gettext_noop(
            "Question %(name)s takes its choices from list %(list)s, which sheet choices does not "
            "have. Add it there, or correct the name in the type."
        ),
        "reference_unknown": gettext_noop(
            "%(name)s refers to ${%(reference)s}, and no question has that name. Correct it."
        ),
        "calculation_circular": gettext_noop(
            "The calculation of %(name)s uses its own result, at once or through other "
            "calculations. Break the circle."
        ),
        "converter": gettext_noop("The form converter does not accept this: %(message)s"),
        # privacy
        "unclassified": gettext_noop(
            "Question %(name)s has no privacy class. Write one into column bind::mtm:privacy, for "
            "example quasi for an age, direct for a name."
        ),
        "class_unknown": gettext_noop(
            "%(name)s has privacy class %(text)s, which does not exist. Write one of: %(classes)s."
        ),
        "class_unknown_near": gettext_noop(
            "%(name)s has privacy class %(text)s, which does not exist. Did you mean %(nearest)s?"
        ),
        "classes_disagree": gettext_noop(
            "%(name)s is %(one)s in column bind::mtm:privacy and %(other)s in column mtm_privacy. "
            "Write the same in both, or take the second column out."
        ),
        "laxer_than_group": gettext_noop(
            "%(name)s is %(privacy)s, but stands in a group whose class is %(floor)s, and may not "
            "be laxer. Make it %(floor)s, or take it out of the group."
        ),
        "laxer_metadata": gettext_noop(
            "%(name)s tells about the tablet and the enumerator and must be of class %(floor)s, "
            "not %(privacy)s."
        ),
        "laxer_location": gettext_noop(
            "%(name)s is a position on the map and must be of class %(floor)s, not %(privacy)s. "
            "The place's code can be asked apart, with class loc_coarse."
        ),
        "laxer_media": gettext_noop(
            "%(name)s is a picture, a recording or a file and must be of class %(floor)s, not "
            "%(privacy)s: nobody can tell beforehand who is in it."
        ),
        "metadata_refused": gettext_noop(
            "Type %(type)s takes data that the person did not give us (a number of the telephone, "
            "an address, a recording). Take the row out; deviceid is enough to tell tablets apart."
        ),
        "preload_refused": gettext_noop(
            "%(name)s is filled in by the tablet (column bind::jr:preload), without being asked. "
            "Leave the cell empty; for times and the tablet use the types start, end, deviceid."
        ),
        "audit_tracks": gettext_noop(
            "The audit records more than times (%(parameters)s): answers, users or places. Leave "
            "its parameters empty."
        ),
        "silent_location": gettext_noop(
            "Type %(type)s takes a position without asking. Take the row out, or give it the class "
            "loc_precise if the consent text speaks of it."
        ),
        "treatment_unknown": gettext_noop(
            "%(name)s asks for the treatment %(text)s, which does not exist. Write one of: keep; "
            "seal; drop; recontact; bands:18,30,40,50; given:yes."
        ),
        "treatment_unfit": gettext_noop(
            "%(name)s asks for the treatment %(text)s, which its class %(privacy)s does not allow: "
            "a treatment may be stricter than its class, never laxer. Leave the cell empty to take "
            "the default."
        ),
        "treatment_on_group": gettext_noop(
            "%(name)s is a group, and a treatment belongs to a question. Write it into the rows of "
            "its questions."
        ),
        "calculation_stricter": gettext_noop(
            "%(name)s is treated as %(held)s, not as %(privacy)s: it is made of an answer of that "
            "class. Write %(held)s to say so."
        ),
        "instance_name_hidden": gettext_noop(
            "The name of a submission is readable to everyone and may not be made of %(name)s, "
            "whose class is %(privacy)s. Use codes, for example concat('BMA-', ${place})."
        ),
        "consent_missing": gettext_noop(
            "The form asks nobody for consent. Add a question of class consent before all others, "
            "for example select_one yes_no, name consent."
        ),
        "consent_never_given": gettext_noop(
            "Consent counts as given when %(name)s is answered %(given)s, which is not among its "
            "choices. Name the right one in column bind::mtm:treatment, for example given:agreed."
        ),
    }
)
