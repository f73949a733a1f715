"""The facts of one cadre's period: scores, submitted items with their verdicts, observations, excuses."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ledger.aggregates.cadre_events import Excused, Observed, Reviewed, ScoreCorrected, Scored, Submitted, Verdict


@dataclass(slots=True)
class Score:
    """A score with its latest correction; ``points`` are the standing ones."""

    event: str
    position: int
    actor: str
    data: Scored
    points: int
    correction: str | None = None
    correctors: list[str] = field(default_factory=list)
    annulled: bool = False

    @property
    def scorer(self) -> str:
        return self.data.scorer or self.actor

    @property
    def key(self) -> tuple[str, str | None, str]:
        """What a scorer holds one standing score for."""
        return self.data.indicator, self.data.rater, self.scorer


@dataclass(slots=True)
class ItemVerdict:
    """The latest verdict on an item."""

    event: str
    position: int
    actor: str
    verdict: Verdict


@dataclass(slots=True)
class Submission:
    """A form with the verdicts on its items so far, by index."""

    event: str
    position: int
    recorded_at: str
    actor: str
    data: Submitted
    withdrawn: bool = False
    verdicts: dict[int, ItemVerdict] = field(default_factory=dict)

    @property
    def pending(self) -> bool:
        """Some item has neither verdict nor withdrawal."""
        return not self.withdrawn and len(self.verdicts) < len(self.data.items)

    @property
    def accepted(self) -> bool:
        """Some item was accepted."""
        return any(given.verdict.outcome == "accepted" for given in self.verdicts.values())


@dataclass(slots=True)
class Observation:
    event: str
    position: int
    actor: str
    data: Observed
    annulled: bool = False


@dataclass(slots=True)
class Excuse:
    event: str
    position: int
    actor: str
    data: Excused
    annulled: bool = False


@dataclass(slots=True)
class Facts:
    """All facts of one cadre and period, by event id in the order they were recorded."""

    scores: dict[str, Score] = field(default_factory=dict)
    submissions: dict[str, Submission] = field(default_factory=dict)
    observations: dict[str, Observation] = field(default_factory=dict)
    excuses: dict[str, Excuse] = field(default_factory=dict)

    def standing_scores(self) -> Iterator[Score]:
        return (score for score in self.scores.values() if not score.annulled)

    def standing_observations(self) -> Iterator[Observation]:
        return (observation for observation in self.observations.values() if not observation.annulled)

    def excuse(self) -> Excuse | None:
        """The latest excuse not annulled."""
        standing = [excuse for excuse in self.excuses.values() if not excuse.annulled]
        return standing[-1] if standing else None

    def unreviewed(self) -> bool:
        return any(submission.pending for submission in self.submissions.values())

    def accepted_items(self) -> Iterator[tuple[Submission, int, ItemVerdict]]:
        """Items whose latest verdict is acceptance and that no later, reviewed submission replaces."""
        replaced = {
            (later.data.replaces.submission, later.data.replaces.item)
            for later in self.submissions.values()
            if later.data.replaces is not None and later.verdicts
        }
        for submission in self.submissions.values():
            for item, given in sorted(submission.verdicts.items()):
                if given.verdict.outcome == "accepted" and (submission.event, item) not in replaced:
                    yield submission, item, given

    def correct(self, correction: str, actor: str, data: ScoreCorrected) -> None:
        score = self.scores[data.score]
        score.points = data.points
        score.correction = correction
        score.correctors.append(actor)

    def review(self, event: str, position: int, actor: str, data: Reviewed) -> None:
        verdicts = self.submissions[data.submission].verdicts
        for verdict in data.verdicts:
            verdicts[verdict.item] = ItemVerdict(event, position, actor, verdict)
