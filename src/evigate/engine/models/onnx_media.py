"""Image and audio encoders given as ONNX: bytes to pixels or samples, as the model's files say.

What is not declared is not guessed: without `preprocessor_config.json` a model is refused, since
a wrong mean or rate gives vectors that look right. One broken file is one row's error.
"""

import io
import wave
from collections.abc import Mapping, Sequence
from math import gcd
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model, ModelTask
from evigate.engine.models.errors import E_MODEL_LOAD
from evigate.engine.models.locations import model_folder
from evigate.engine.models.onnx_session import OnnxSession, first_of
from evigate.engine.models.pooling import read_json
from evigate.engine.models.protocol import Input, LoadContext, RowError

CONFIG_FILE = "preprocessor_config.json"
PIXELS_MAX = 50_000_000
AUDIO_MAX_S = 600
SAMPLE_RATE_HZ = 16_000
_VECTOR_NAMES = ("image_embeds", "audio_embeds", "embeds", "pooler_output", "last_hidden_state")
_INPUT_NAMES = ("pixel_values", "input_values")

Settings = Mapping[str, Any]


class OnnxMediaEncoder:
    """Images or sound to vectors; a graph that gives a vector a patch or frame is averaged."""

    sorts_by_length = False

    def __init__(
        self,
        model: Model,
        session: OnnxSession,
        settings: Settings,
        context: LoadContext,
        size_bytes: int,
    ) -> None:
        self._session = session
        self._settings = settings
        self._context = context
        self._is_image = model.task is ModelTask.IMAGE_EMBEDDING
        self._input = first_of(session.input_names, _INPUT_NAMES)
        self._output = first_of(session.output_names, _VECTOR_NAMES)
        self.size_bytes = size_bytes

    def prepare(self, value: Input) -> npt.NDArray[np.float32]:
        """Return pixels (3, height, width) or samples (n,); RowError where they cannot be read."""
        if isinstance(value, str):
            raise RowError("The model takes bytes, and the row holds text")
        read = pixels_of if self._is_image else samples_of
        return read(value, self._settings)

    def encode(self, rows: Sequence[npt.NDArray[np.float32]]) -> npt.NDArray[Any]:
        """Return vectors (n, d); each row is a run of its own, side by side in the pool."""
        if len(rows) == 1 or self._context.threads == 1:
            return np.concatenate([self._run(row) for row in rows])
        return np.concatenate(list(self._context.pool.map(self._run, rows)))

    def close(self) -> None:
        """Drop the session."""
        del self._session

    def _run(self, row: npt.NDArray[np.float32]) -> npt.NDArray[Any]:
        vector = self._session.run({self._input: row[None]}, self._output)
        mean: npt.NDArray[Any] = vector.reshape(1, -1, vector.shape[-1]).mean(axis=1)
        return mean


def load_onnx_media(
    model: Model, graph: Path, session: OnnxSession, context: LoadContext, *, size_bytes: int
) -> OnnxMediaEncoder:
    """Load an image or audio encoder.

    Raises:
        E_MODEL_LOAD: its preprocessing is not declared, or the graph takes more than one input.
    """
    path = model_folder(graph) / CONFIG_FILE
    if not path.exists():
        raise EvigateError(
            E_MODEL_LOAD, f"The model {model.name!r} has no {CONFIG_FILE}, so its input is unknown."
        )
    if len(session.input_names) != 1:
        raise EvigateError(
            E_MODEL_LOAD, f"The graph of {model.name!r} takes {list(session.input_names)}, not one."
        )
    return OnnxMediaEncoder(model, session, read_json(path), context, size_bytes)


def pixels_of(data: bytes, settings: Settings) -> npt.NDArray[np.float32]:
    """Return an image as f32 (3, height, width), resized, cropped, scaled and normalised.

    `settings` has the keys of an image processor's preprocessor_config.json; those that it leaves
    out keep that library's defaults. RowError for what is no image or has over 50 M pixels.
    """
    try:
        with Image.open(io.BytesIO(data)) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                raise RowError(f"The image has over {PIXELS_MAX} pixels")
            image = opened.convert("RGB")
    except RowError:
        raise
    except Exception as error:  # the decoders raise of every kind
        raise RowError(f"The image cannot be read: {type(error).__name__}") from error
    if settings.get("do_resize", True) and "size" in settings:
        size = _new_size(image.size, settings["size"])
        image = image.resize(size, Image.Resampling(settings.get("resample", 3)))
    if settings.get("do_center_crop", "crop_size" in settings):
        image = _cropped(image, settings["crop_size"])
    pixels: npt.NDArray[Any] = np.asarray(image, dtype=np.float32)
    if settings.get("do_rescale", True):
        pixels = pixels * np.float32(settings.get("rescale_factor", 1 / 255))
    if settings.get("do_normalize", "image_mean" in settings):
        mean = np.asarray(settings["image_mean"], np.float32)
        pixels = (pixels - mean) / np.asarray(settings["image_std"], np.float32)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def samples_of(data: bytes, settings: Settings) -> npt.NDArray[np.float32]:
    """Return a PCM WAV file as mono f32 samples at the model's rate (16 kHz unless said).

    Channels are averaged; `do_normalize` gives zero mean and unit variance. RowError for what is
    no PCM WAV, has no samples, or lasts over ten minutes.
    """
    try:
        with wave.open(io.BytesIO(data)) as file:
            rate, count = file.getframerate(), file.getnframes()
            if count > AUDIO_MAX_S * rate:
                raise RowError(f"The audio lasts over {AUDIO_MAX_S} seconds")
            samples: npt.NDArray[Any] = _decoded(file.readframes(count), file.getsampwidth())
            samples = samples.reshape(-1, file.getnchannels()).mean(axis=1)
    except (wave.Error, EOFError, ValueError) as error:
        raise RowError("The audio cannot be read: it is no PCM WAV file") from error
    if not len(samples):
        raise RowError("The audio has no samples")
    samples = _resampled(samples, rate, int(settings.get("sampling_rate", SAMPLE_RATE_HZ)))
    if settings.get("do_normalize", False):
        samples = (samples - samples.mean()) / np.sqrt(samples.var() + 1e-7)
    return np.asarray(samples, dtype=np.float32)


def _new_size(size: tuple[int, int], wanted: Any) -> tuple[int, int]:
    """Return (width, height): a number or a shortest edge keeps the shape, else as given."""
    if isinstance(wanted, Mapping) and "height" in wanted:
        return int(wanted["width"]), int(wanted["height"])
    edge = int(wanted["shortest_edge"] if isinstance(wanted, Mapping) else wanted)
    scale = edge / min(size)
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def _cropped(image: Image.Image, wanted: Any) -> Image.Image:
    is_pair = isinstance(wanted, Mapping)
    width = int(wanted["width"] if is_pair else wanted)
    height = int(wanted["height"] if is_pair else wanted)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def _decoded(frames: bytes, width: int) -> npt.NDArray[Any]:
    if width == 1:
        return (np.frombuffer(frames, np.uint8).astype(np.float32) - 128) / 128
    if width == 3:
        raw = np.frombuffer(frames, np.uint8).reshape(-1, 3)
        padded = np.zeros((len(raw), 4), np.uint8)
        padded[:, 1:] = raw
        return (padded.view("<i4")[:, 0] / 2**31).astype(np.float32)
    values = np.frombuffer(frames, f"<i{width}")
    scaled: npt.NDArray[Any] = (values / 2 ** (8 * width - 1)).astype(np.float32)
    return scaled


def _resampled(samples: npt.NDArray[Any], rate: int, wanted: int) -> npt.NDArray[Any]:
    if rate == wanted:
        return samples
    # The signal library takes half a second to import and most files need none of it.
    from scipy.signal import resample_poly

    shared = gcd(rate, wanted)
    result: npt.NDArray[Any] = resample_poly(samples, wanted // shared, rate // shared)
    return result
