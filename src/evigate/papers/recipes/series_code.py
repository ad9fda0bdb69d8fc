"""Notebook code of the nearest neighbour under dynamic time warping, in plain numpy."""

NEAREST_WARPED = '''
def warped_distances(series, others, window):
    """The squared warping costs from one series to each of many of its length.

    Steps along both, or along one; a cell costs the squared difference. All the others are taken
    at once, diagonal by diagonal, because the cells of one diagonal do not need each other.
    """
    length = others.shape[1]
    band = length if window is None else max(1, int(round(window * length)))
    flipped = others[:, ::-1]
    before = np.full((len(others), length + 1), np.inf)
    last = np.full((len(others), length + 1), np.inf)
    before[:, 0] = 0  # the path begins before both first values
    for diagonal in range(2, 2 * length + 1):
        # The row i of the series meets the column diagonal - i of the others, both from 1 on.
        low = max(1, diagonal - length, (diagonal - band + 1) // 2)
        high = min(length, diagonal - 1, (diagonal + band) // 2)
        now = np.full((len(others), length + 1), np.inf)
        if low <= high:
            start = length - (diagonal - low)
            gap = flipped[:, start : start + high - low + 1] - series[low - 1 : high]
            nearest = np.minimum(last[:, low - 1 : high], last[:, low : high + 1])
            np.minimum(nearest, before[:, low - 1 : high], out=nearest)
            now[:, low : high + 1] = gap * gap + nearest
        before, last = last, now
    return last[:, length]


def nearest_warped(X_train, y_train, *, seed, report, n_neighbors, window):
    """Nearest neighbours under dynamic time warping; `window` is a share of the length, or None.

    Of equal distances the first training series counts, of equal votes the smaller class.
    """

    def predict(X_new):
        found = []
        for done, series in enumerate(X_new, start=1):
            order = np.argsort(warped_distances(series, X_train, window), kind="stable")
            votes = np.bincount(y_train[order[:n_neighbors]], minlength=CLASS_COUNT)
            found.append(votes.argmax())
            if done % max(1, len(X_new) // 10) == 0:
                emit("progress", percent=round(100 * runs_done / RUNS_PLANNED, 1), stage="warping")
        return np.array(found)

    return Fitted(predict, None)
'''
