"""Each fake has the signatures of the real thing."""

import inspect

import pytest

from forms.kobo import Kobo
from tests.fakes import FakeKobo

PUBLIC = [
    name
    for name, member in vars(FakeKobo).items()
    if inspect.isfunction(member) and not name.startswith("_") and name != "hold"
]


@pytest.mark.parametrize("name", PUBLIC)
def test_the_fake_is_called_as_the_client_is(name):
    fake, real = (inspect.signature(getattr(each, name)) for each in (FakeKobo, Kobo))

    assert list(fake.parameters) == list(real.parameters)
    for parameter in fake.parameters.values():
        assert parameter.kind == real.parameters[parameter.name].kind
        assert parameter.default == real.parameters[parameter.name].default
