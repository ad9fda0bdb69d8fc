"""Opening an ONNX model of any task: checks the files against the registration, then loads them."""

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model, ModelTask
from evigate.engine.models.errors import E_MODEL_CORRUPT
from evigate.engine.models.locations import (
    digest_of,
    memory_of,
    model_folder,
    onnx_files,
    parse_location,
)
from evigate.engine.models.onnx_media import load_onnx_media
from evigate.engine.models.onnx_session import OnnxSession, is_dynamically_quantised
from evigate.engine.models.onnx_text import load_onnx_text
from evigate.engine.models.protocol import LoadContext, Loaded

_MEDIA_TASKS = (ModelTask.IMAGE_EMBEDDING, ModelTask.AUDIO_EMBEDDING)


def load_onnx(model: Model, context: LoadContext) -> Loaded:
    """Load the model at `onnx:/...`.

    Raises:
        E_MODEL_CORRUPT: its files are not those that were registered.
        E_MODEL_LOAD: a file is missing, broken, or declares what is not followed here.
    """
    graph, files = onnx_files(parse_location(model.location or "").place)
    digest = content_hash(
        {"files": digest_of(files, model_folder(graph)), "options": dict(model.options)}
    )
    if model.digest and digest != model.digest:
        raise EvigateError(
            E_MODEL_CORRUPT, f"The files of the model {model.id!r} changed since it was registered."
        )
    session = OnnxSession(str(graph), name=model.name, intra_op_threads=context.intra_op_threads)
    size_bytes = memory_of(files)
    if model.task in _MEDIA_TASKS:
        return load_onnx_media(model, graph, session, context, size_bytes=size_bytes)
    is_single = is_dynamically_quantised(graph.read_bytes()) or any(
        shape[:1] == (1,) for shape in session.input_shapes.values()
    )
    return load_onnx_text(
        model,
        graph,
        session,
        context,
        rows_per_run=1 if is_single else None,
        size_bytes=size_bytes,
    )
