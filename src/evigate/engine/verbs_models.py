"""`db.models`: what makes vectors, labels and scores."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog import store
from evigate.engine.catalog.models import Model, ModelTask
from evigate.engine.errors import E_MODEL_EXISTS, E_MODEL_MISSING, E_MODEL_REFERENCED
from evigate.engine.models.errors import E_MODEL_NAME
from evigate.engine.verbs import MANAGE, READ, WRITE, Answer, verb

if TYPE_CHECKING:
    from evigate.engine.core import Core


NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,199}\Z")


def _check_name(name: str) -> None:
    if not isinstance(name, str) or not NAME.match(name):
        raise EvigateError(E_MODEL_NAME, f"{name!r} cannot be a model's name.")


class ModelVerbs:
    """The verbs on models of one tenant."""

    def __init__(self, core: "Core", subject: Subject) -> None:
        self.core = core
        self.subject = subject

    @verb(READ)
    def list(self) -> list[Mapping[str, Any]]:
        """Return the built-in models, then the tenant's by name and version."""
        from evigate.engine.models import BUILT_IN

        own = self.core.catalog(self.subject).models.values()
        return [self.core.models.describe(model) for model in (*BUILT_IN.values(), *own)]

    @verb(READ)
    def describe(self, name: str) -> Mapping[str, Any]:
        """Return one model, and whether it is loaded."""
        return self.core.models.describe(self.core.model(self.subject, name, is_served=False))

    @verb(MANAGE)
    def add(
        self,
        location: str,
        *,
        name: str | None = None,
        version: int = 1,
        task: str | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        """Register the model at a location, once it has been loaded and asked for its width.

        Args:
            location: onnx:/folder, st:/folder-or-name, https://host/v1#model-name.
            task: text_embedding, classification, ner, regression, rerank, ...; else as its files
                say.
            options: of the backend; an api_key is sealed.
        """
        if name is not None:
            _check_name(name)
        # Functions are the process's; a tenant can name none but its own.
        scheme, colon, place = location.strip().partition(":")
        if scheme.lower() == "callable" and colon:
            location = f"callable:{self.subject.tenant_id}/{place}"
        model = self.core.models.resolve(
            location,
            name=name,
            version=version,
            task=None if task is None else ModelTask(task),
            options=options,
        )
        self._keep(model)
        return self.core.models.describe(model)

    @verb(WRITE, Answer.LOCAL)
    def add_callable(
        self,
        name: str,
        function: Callable[..., Any],
        *,
        task: str = ModelTask.TEXT_EMBEDDING.value,
        dimensions: int | None = None,
    ) -> Mapping[str, Any]:
        """Use a function of this process as a model; it must be given again after a restart.

        An embedding function takes a list of texts and returns an array-like (n, d).
        """
        _check_name(name)
        made = self.core.models.load_callable(
            f"{self.subject.tenant_id}/{name}",
            function,
            task=ModelTask(task),
            dimensions=dimensions,
        )
        model = replace(made, name=name)
        known = self.core.catalogs.fresh(self.subject).models.get(model.id)
        if known is None:
            self._keep(model)
        return self.core.models.describe(model)

    def _keep(self, model: Model) -> None:
        _check_name(model.name)
        options = dict(model.options)
        secret = options.pop("api_key", None)
        secret_name = f"engine.model.{model.name}.{model.version}".lower().replace("/", "-")
        if secret is not None:
            options["secret_name"] = secret_name
        kept = replace(model, options=options)
        with self.core.database.tx(self.subject) as tx:
            if secret is not None:
                self.core.vault.write(tx, secret_name, str(secret))
            if not store.insert_model(tx, kept, secret_name=options.get("secret_name")):
                message = f"There is a model {model.id!r} already."
                raise EvigateError(E_MODEL_EXISTS, message)
        self.core.tables.forget(self.subject)

    @verb(WRITE)
    def remove(self, name: str) -> None:
        """Forget a model; refused while a table was made with it or a model stems from it.

        Raises:
            EvigateError[E_MODEL_MISSING]: the tenant has none of that name and version.
            EvigateError[E_MODEL_REFERENCED]: the message says what refers to it.
        """
        catalog = self.core.catalogs.fresh(self.subject)
        found = catalog.models_called(name)
        if not found:
            raise EvigateError(E_MODEL_MISSING, f"There is no model {name!r}.")
        ids = {model.id for model in found}
        users = [table.name for table in catalog.tables.values() if table.model in ids]
        users += [each.id for each in catalog.models.values() if each.base_model in ids]
        with self.core.database.read(self.subject) as tx:
            if count := store.evals_of_models(tx, list(ids)):
                users.append(f"{count} evals")
        if users:
            names = ", ".join(repr(user) for user in users)
            raise EvigateError(E_MODEL_REFERENCED, f"{name!r} is used by {names}.")
        with self.core.database.tx(self.subject) as tx:
            for model in found:
                store.delete_model(tx, model)
                if secret := model.options.get("secret_name"):
                    self.core.vault.delete(tx, str(secret))
        self.core.tables.forget(self.subject)

    @verb(READ)
    def preload(self, name: str) -> None:
        """Load a model now, so that the first query does not wait for it."""
        self.core.models.preload(self.core.model(self.subject, name))

    @verb(READ)
    def encode(self, name: str, text: str) -> Sequence[float]:
        """Return a text's vector."""
        model = self.core.model(self.subject, name)
        found: list[float] = self.core.models.encode_query(model, text).tolist()
        return found
