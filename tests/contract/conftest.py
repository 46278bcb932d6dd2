"""Two sources for one assertion: what was recorded, and the stand-in in the same situation."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from demo.kobo.process import KoboProcess
from tests.contract.answers import Answer, names, recorded_answer
from tests.contract.forms import Form, deploy_form
from tests.contract.lab import PASSWORD, TOKENS, Lab
from tests.contract.sink import receiving
from tests.contract.story import tell

SOURCES = ("recorded", "stand-in")
Story = Mapping[str, Answer]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "covers(*names): the recordings that a test asserts on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of `answer` for each recording it covers, of `story` once; from both sources."""
    mark = metafunc.definition.get_closest_marker("covers")
    if "answer" in metafunc.fixturenames and mark is not None:
        pairs = [(source, name) for name in mark.args for source in SOURCES]
        ids = [f"{source}:{name}" for source, name in pairs]
        metafunc.parametrize("answer", pairs, ids=ids, indirect=True)
    elif "story" in metafunc.fixturenames:
        metafunc.parametrize("story", SOURCES, indirect=True)


def started(folder: Path) -> Iterator[KoboProcess]:
    with KoboProcess(folder) as kobo:
        for name, token in TOKENS.items():
            superuser = name == "super_admin"
            kobo.add_user(name, password=PASSWORD, token=token, superuser=superuser)
        yield kobo


@pytest.fixture(scope="session")
def stand_in_story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Every answer of the recordings' story, told once on a server of its own."""
    for kobo in started(tmp_path_factory.mktemp("story")):
        lab = Lab(kobo)
        with receiving() as sink:
            tell(lab, sink)
        yield lab.told()
        lab.close()


@pytest.fixture(scope="session")
def recorded_story() -> Story:
    return {name: recorded_answer(name) for name in names()}


@pytest.fixture
def story(request: pytest.FixtureRequest) -> Story:
    wanted = "recorded_story" if request.param == "recorded" else "stand_in_story"
    return request.getfixturevalue(wanted)


@pytest.fixture
def answer(request: pytest.FixtureRequest) -> Answer:
    source, name = request.param
    wanted = "recorded_story" if source == "recorded" else "stand_in_story"
    return request.getfixturevalue(wanted)[name]


@pytest.fixture(scope="session")
def kobo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KoboProcess]:
    """A server for what no recording shows; tests part by using forms of their own."""
    yield from started(tmp_path_factory.mktemp("kobo"))


@pytest.fixture(scope="session")
def lab(kobo: KoboProcess) -> Iterator[Lab]:
    lab = Lab(kobo)
    yield lab
    lab.close()


@pytest.fixture
def form(lab: Lab) -> Form:
    """A small form of mtm's, deployed; enum1 may add submissions, enum2 nothing."""
    return deploy_form(lab)
