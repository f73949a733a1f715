"""Notes of what was answered at the head after each of a row of commands, to be asked again later."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ledger.recording.reader import When
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from tests.asof.playing import as_json
from tests.asof.questions import Question


@dataclass
class Notes:
    """What was answered at the head after each command, with the time of the head's event."""

    ledger: Ledger
    caller: Caller
    questions: Sequence[Question]
    share: int = 1
    heads: list[tuple[int, datetime]] = field(default_factory=list)
    answers: list[tuple[int, Question, str]] = field(default_factory=list)

    def take(self) -> None:
        """Note a share of the questions, one in so many, if the ledger has grown."""
        head = self.ledger.queries.ready()
        if self.heads and self.heads[-1][0] == head:
            return
        ((last,), _, _) = self.ledger.feed.page(self.caller, head - 1, 1)
        turn = len(self.heads)
        self.heads.append((head, datetime.fromisoformat(last["recorded_at"])))
        for question in self.questions[turn % self.share :: self.share]:
            self.answers.append((turn, question, as_json(question.ask(self.ledger, self.caller))))

    def check(self) -> None:
        """Each is answered now for that moment as it was then, asked by position or by time, in turn."""
        for number, (turn, question, then) in enumerate(self.answers):
            position, recorded_at = self.heads[turn]
            when = When(at=position) if number % 2 else When(as_of=recorded_at)
            later = as_json(question.ask(self.ledger, self.caller, when))
            assert later == then, (str(question), when)
