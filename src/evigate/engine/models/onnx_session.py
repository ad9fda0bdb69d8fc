"""Running ONNX graphs; the one file that knows the runtime.

Sessions take few threads a run, do not spin, and run on the processor, so the same input gives
the same output. The runtime's failures become ours: too little memory is a MemoryError, a file
that cannot be loaded is E_MODEL_LOAD, the rest is a forward failure.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from evigate.base.errors import EvigateError
from evigate.engine.models.errors import E_MODEL_LOAD

_MEMORY_SIGNS = ("failed to allocate", "bad_alloc", "bad allocation", "out of memory")
# How every operator begins that scales activations over all of a run's rows.
_DYNAMIC_SIGN = b"DynamicQuantize"
_DTYPES: Mapping[str, Any] = {
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(string)": np.object_,
    "tensor(bool)": np.bool_,
}


class OnnxSession:
    """A loaded graph; `input_shapes` has an int for each fixed axis, else None."""

    def __init__(self, graph: bytes | str, *, name: str, intra_op_threads: int) -> None:
        """Load serialised bytes, or the file at a path (then external tensors are found)."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = intra_op_threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the runtime has no common base below Exception
            raise _as_memory(error) or EvigateError(
                E_MODEL_LOAD, f"The graph of {name!r} cannot be loaded: {_first_line(error)}."
            ) from error
        inputs = self._session.get_inputs()
        self.input_names: tuple[str, ...] = tuple(given.name for given in inputs)
        self.input_shapes: Mapping[str, tuple[int | None, ...]] = {
            given.name: tuple(n if isinstance(n, int) else None for n in given.shape)
            for given in inputs
        }
        self.output_names: tuple[str, ...] = tuple(
            given.name for given in self._session.get_outputs()
        )
        self._dtypes = {given.name: _DTYPES.get(given.type) for given in inputs}

    def run(self, feeds: Mapping[str, npt.NDArray[Any]], output: str) -> npt.NDArray[Any]:
        """Return one output; inputs are cast to the types that the graph declares."""
        cast = {name: self._cast(name, value) for name, value in feeds.items()}
        try:
            result: npt.NDArray[Any] = np.asarray(self._session.run([output], cast)[0])
        except Exception as error:
            memory = _as_memory(error)
            if memory is None:
                raise
            raise memory from error
        return result

    def _cast(self, name: str, value: npt.NDArray[Any]) -> npt.NDArray[Any]:
        dtype = self._dtypes[name]
        return value if dtype is None or value.dtype == dtype else value.astype(dtype)


def is_dynamically_quantised(graph: bytes) -> bool:
    """Say whether a serialised graph scales activations by what is in the run."""
    return _DYNAMIC_SIGN in graph


def first_of(names: Sequence[str], wanted: Sequence[str]) -> str:
    """Return the first wanted name that there is, else the first name."""
    return next((name for name in wanted if name in names), names[0])


def _as_memory(error: Exception) -> MemoryError | None:
    text = str(error).lower()
    if isinstance(error, MemoryError) or any(sign in text for sign in _MEMORY_SIGNS):
        return MemoryError(_first_line(error))
    return None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
