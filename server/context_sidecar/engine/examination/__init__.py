"""What works and what is to be mended: every source tried live, the directory, the installs and
the deployment looked over. It finds; saying it to people is left to whoever asks.

An examination shows no value of a field, but for codes that a vocabulary does not know: they must
be named to be mended. Exploring a source does, to the admin who asks for it.
"""

from context_sidecar.engine.examination.examining import Examination
from context_sidecar.engine.examination.exploring import Explored, Unasked
from context_sidecar.engine.examination.findings import Examined, Finding, Mark

__all__ = ["Examination", "Examined", "Explored", "Finding", "Mark", "Unasked"]
