"""Forms of the second factor: its codes, and what asks for proof before it is changed."""

from people.stepup import EXPORTING, StepUp, code_field
from trail.forms import Form


class CodeForm(Form):
    """A code where nobody is logged in yet."""

    code = code_field()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True  # the page asks for nothing else


class FirstCodeForm(Form):
    """The first code of a new secret."""

    code = code_field()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = ""  # there are no recovery codes yet


class RecentProofForm(StepUp):
    """Proof, where none was given in the last ten minutes."""

    within = EXPORTING


class ProofForm(StepUp):
    """Proof each time: what makes coming in easier for somebody else."""
