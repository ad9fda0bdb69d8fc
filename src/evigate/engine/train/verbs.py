"""`db.train`: models made from a tenant's data, each by a job; and when they may serve."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.models import Model
from evigate.engine.results import Result
from evigate.engine.sources.names import check_name
from evigate.engine.train.errors import E_TRAIN_OPTION
from evigate.engine.train.models import Evaluation, Job, JobKind, Promotion, Submission
from evigate.engine.verbs import MANAGE, READ, WRITE, Answer, verb

if TYPE_CHECKING:
    from evigate.engine.core import Core
    from evigate.engine.derived.publish import Derived
    from evigate.engine.train.judging import Question


class TrainVerbs:
    """The verbs that train for one tenant."""

    def __init__(self, core: "Core", subject: Subject) -> None:
        self.core = core
        self.subject = subject

    @verb(WRITE)
    def adapter(
        self,
        relation: str,
        *,
        name: str,
        base_model: str = "",
        table: str | None = None,
        columns: Mapping[str, str] | None = None,
        loss: str | None = None,
        hidden: int = 0,
        epochs: int = 20,
        batch_size: int = 64,
        learning_rate: float = 3e-4,
        weight_decay: float = 1e-3,
        temperature: float = 0.05,
        margin: float = 0.2,
        validation: float = 0.1,
        patience: int = 3,
        seed: int = 42,
        evaluation: Mapping[str, Any] | None = None,
        priority: int = 0,
        idempotency_key: str | None = None,
    ) -> Job:
        """Train a small map behind a frozen model, so that its vectors serve one purpose better.

        The base encodes each text once; what is learnt is the map alone, so it trains in minutes
        without a GPU, and tables of the base can be turned into its own without the base.

        Args:
            relation: a source or table of pairs, scored pairs, triplets, or labelled texts.
            name: of the model; a further training of one name makes its next version.
            base_model: a text embedding model; "" for the built-in one.
            table: an embedding table whose keys the pairs are, instead of texts; its model counts.
            columns: by role: anchor and positive, perhaps negative or score; or text and label. A
                role that is not named is the column of its own name, negative and score where
                there are such.
            loss: mnrl (in-batch negatives; the default), triplet, or cosent (for scored pairs).
            hidden: units of a hidden layer; 0 for the linear map.
            validation: the share of anchors held out; training ends when their loss has not fallen
                for `patience` epochs, and the best epoch counts.
            evaluation: judge it beside its base once it is trained: source, judgments, and perhaps
                k, table and columns, as in `evaluate`.
            priority: of several jobs the highest is first.
            idempotency_key: the same key returns the same job.
        """
        from evigate.engine.train import adapting
        from evigate.engine.train.learning import Settings

        base, held = self._base(base_model, table)
        chosen = adapting.choose_columns(self.core, self.subject, relation, columns or {})
        settings = Settings(
            loss=loss or adapting.default_loss(chosen),
            hidden=hidden,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            weight_decay=weight_decay,
            temperature=temperature,
            margin=margin,
            validation=validation,
            patience=patience,
            seed=seed,
        )
        adapting.check_settings(settings, chosen)
        question = self._question(base, evaluation)
        spec = {
            "relation": relation,
            "columns": chosen,
            "base": {"id": base.id, "digest": base.digest},
            "table": held,
            "settings": asdict(settings),
            "question": adapting.question_value(question),
        }
        return self._submit(JobKind.ADAPTER, name, spec, priority, idempotency_key)

    @verb(WRITE)
    def finetune(
        self,
        relation: str,
        *,
        name: str,
        base_model: str,
        columns: Mapping[str, str] | None = None,
        loss: str | None = None,
        rank: int = 8,
        alpha: int = 16,
        dropout: float = 0.05,
        epochs: int = 3,
        batch_size: int = 8,
        learning_rate: float = 2e-4,
        weight_decay: float = 0.01,
        temperature: float = 0.05,
        margin: float = 0.2,
        validation: float = 0.1,
        patience: int = 3,
        max_tokens: int = 256,
        seed: int = 42,
        evaluation: Mapping[str, Any] | None = None,
        priority: int = 0,
        idempotency_key: str | None = None,
    ) -> Job:
        """Fine-tune a text encoder with LoRA; needs the extra evigate[torch].

        Args:
            base_model: a registered model of sentence-transformers (st:/folder).
            rank, alpha, dropout: of the low-rank parts, which are merged in the end.
            max_tokens: of a text, that are read while it is tuned.
            relation, columns, loss, validation, evaluation, priority, idempotency_key: as in
                `adapter`; as there the best epoch counts.
        """
        from evigate.engine.train import adapting
        from evigate.engine.train.finetune import check_extra, check_finetune
        from evigate.engine.train.learning import Settings

        base = self.core.model(self.subject, base_model)
        check_extra(name)
        chosen = adapting.choose_columns(self.core, self.subject, relation, columns or {})
        settings = Settings(
            loss=loss or adapting.default_loss(chosen),
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            weight_decay=weight_decay,
            temperature=temperature,
            margin=margin,
            validation=validation,
            patience=patience,
            seed=seed,
        )
        adapting.check_settings(settings, chosen)
        lora = {"rank": rank, "alpha": alpha, "dropout": dropout, "max_tokens": max_tokens}
        check_finetune(lora, base)
        question = self._question(base, evaluation)
        spec = {
            "relation": relation,
            "columns": chosen,
            "base": {"id": base.id, "digest": base.digest},
            "settings": asdict(settings),
            "lora": lora,
            "question": adapting.question_value(question),
        }
        return self._submit(JobKind.FINETUNE, name, spec, priority, idempotency_key)

    @verb(WRITE)
    def graph_pairs(
        self,
        edges: str,
        *,
        name: str,
        columns: Sequence[str] = ("src", "dst"),
        source: str | None = None,
        length: int = 4,
        walks: int = 2,
        p: float = 1.0,
        q: float = 1.0,
        negatives: int = 1,
        exclude_hops: int = 1,
        direction: str = "undirected",
        seed: int = 42,
        cache: str = "use",
    ) -> "Derived":
        """Make a training set of keys from a graph: anchor, positive, negative.

        Walks of `length` steps go from each row; who they come by is the row's positive, a row
        further than `exclude_hops` is its negative (null where there is none).

        Args:
            edges: a relation; `columns` are its two ends.
            source: whose keys they are.
            walks: from each row.
            p, q: of node2vec: returning, and going away, are 1/p and 1/q as likely.
            direction: undirected, or out.
        """
        from evigate.engine.train.training_sets import GRAPH_PAIRS, graph_pairs

        check_name(name)
        if direction not in ("undirected", "out"):
            message = f"The direction {direction!r} is neither undirected nor out."
            raise EvigateError(E_TRAIN_OPTION, message)
        definition = {
            "producer": GRAPH_PAIRS,
            "edges": edges,
            "columns": list(columns),
            "source": source,
            "length": length,
            "walks": walks,
            "p": p,
            "q": q,
            "negatives": negatives,
            "exclude_hops": exclude_hops,
            "direction": direction,
            "seed": seed,
        }
        return graph_pairs(self.core, self.subject, name, definition, cache)

    @verb(WRITE)
    def predictor(
        self,
        source: str,
        value_column: str,
        *,
        name: str,
        table: str | None = None,
        k: int = 32,
        references_max: int = 20_000,
        seed: int = 42,
        priority: int = 0,
        idempotency_key: str | None = None,
    ) -> Job:
        """Make a model that predicts a column, and its doubt, from the rows around a row.

        A Gaussian process over the k nearest rows; its doubt is calibrated on rows kept apart, and
        it is judged by its CRPS on others beside the forecast that says the same of every row.

        Args:
            value_column: numeric; rows without a value can be predicted and are not learnt from.
            table: vectors of the source; else its default ones.
            k: rows asked.
            references_max: rows remembered.
        """
        from evigate.engine.train.predicting import check_predictor

        spec: dict[str, Any] = {
            "source": source,
            "value_column": value_column,
            "table": table,
            "k": k,
            "references_max": references_max,
            "seed": seed,
        }
        spec["table"] = check_predictor(self.core, self.subject, spec)[1].name
        return self._submit(JobKind.PREDICTOR, name, spec, priority, idempotency_key)

    @verb(READ, Answer.TABLE)
    def predict(
        self,
        model: str,
        source: str,
        *,
        keys: Sequence[str] | None = None,
        table: str | None = None,
        levels: Sequence[float] = (0.05, 0.5, 0.95),
    ) -> Result:
        """Return what a predictor says of a source's rows.

        Columns: key, predicted_mean, predicted_std, and a quantile for each level (q05, q50, q95),
        in the order of `keys`, else by key. A row that was learnt from is predicted from the
        others; a key without a vector has nulls.

        Args:
            model: a predictor that was promoted.
            keys: of the rows wanted; all of them unless given.
            levels: ascending probabilities.
        """
        from evigate.engine.train.predicting import predicted_table

        found = self.core.model(self.subject, model)
        return Result(predicted_table(self.core, self.subject, found, source, keys, table, levels))

    @verb(WRITE)
    def evaluate(
        self,
        model: str,
        source: str,
        judgments: str,
        *,
        k: int = 10,
        table: str | None = None,
        columns: Sequence[str] = (),
    ) -> Evaluation:
        """Search a source with a trained model and with its base, exactly, and compare them.

        Both runs are kept as evals, and the comparison in the job's result, where `promote` looks.

        Args:
            model: name, or name@version.
            judgments: a relation with query_id, query_text, relevant_id, and perhaps grade.
            table: the base's vectors of the source; else the first table that has them.
            columns: of the source, to be embedded for this eval alone, where there is no table.
        """
        from evigate.engine.train.judging import Question
        from evigate.engine.train.promoting import evaluate

        question = Question(source, judgments, k, table, tuple(columns))
        return evaluate(self.core, self.subject, model, question)

    @verb(MANAGE)
    def promote(self, model: str, *, force: bool = False, reason: str | None = None) -> Promotion:
        """Let a trained model serve, once it has been judged beside its base; say the difference.

        Args:
            model: name (its newest version), or name@version.
            force: although it is worse beyond the interval; `reason` is needed and is recorded.
        """
        from evigate.engine.train.promoting import promote

        return promote(self.core, self.subject, model, is_forced=force, reason=reason)

    def _base(self, name: str, table: str | None) -> tuple[Model, str | None]:
        """Return the base model, and the table whose keys the pairs are."""
        from evigate.engine.models import DEFAULT_MODEL
        from evigate.engine.models.registration import EMBEDDINGS
        from evigate.engine.train.predicting import VECTOR_KINDS

        if table is not None:
            held = self.core.tables.get(self.subject, table, *VECTOR_KINDS)
            if held.model is None or (name and name not in (held.model, held.model.split("@")[0])):
                message = f"The vectors of {table!r} are {held.model or 'no model'!r}'s."
                raise EvigateError(E_TRAIN_OPTION, message)
            name = held.model
        base = self.core.model(self.subject, name or DEFAULT_MODEL)
        if base.task not in EMBEDDINGS or base.dimensions is None:
            message = f"The model {base.id!r} makes no vectors that an adapter could move."
            raise EvigateError(E_TRAIN_OPTION, message)
        return base, table

    def _question(self, base: Model, given: Mapping[str, Any] | None) -> "Question | None":
        from evigate.engine.train.judging import Question, check_question

        if given is None:
            return None
        known = ("source", "judgments", "k", "table", "columns")
        if not {"source", "judgments"} <= set(given) <= set(known):
            message = f"An evaluation has a source and judgments, and may have {known[2:]}."
            raise EvigateError(E_TRAIN_OPTION, message)
        values = {**given, "columns": tuple(given.get("columns") or ())}
        question = Question(**values)
        check_question(self.core, self.subject, question, base)
        return question

    def _submit(
        self, kind: JobKind, name: str, spec: Mapping[str, Any], priority: int, key: str | None
    ) -> Job:
        from evigate.engine.train.service import JobService

        service = JobService(self.core.database, self.core.root)
        asked = Submission(kind, name, spec, priority=priority, idempotency_key=key)
        job = service.submit(self.subject, asked)
        self.core.trainer.start()
        return job
