"""Notebook code of the methods that are trained by mini-batch gradient steps, in plain numpy.

The text below is shown to readers and executed in the sandbox; it imports nothing of this house.
All arrays are float32: half the time of float64, and what the frameworks of such papers use.
"""

TRAINING = '''
def mini_batches(row_count, batch_size, steps, rng):
    """Yield the rows of `steps` mini-batches; the rows are shuffled anew in each pass."""
    batch_size = min(batch_size, row_count)
    order, start = rng.permutation(row_count), 0
    for _ in range(steps):
        if start + batch_size > row_count:
            order, start = rng.permutation(row_count), 0
        yield order[start : start + batch_size]
        start += batch_size


def sgd(weights, learning_rate):
    """Plain stochastic gradient descent."""

    def update(gradients):
        for weight, gradient in zip(weights, gradients):
            weight -= learning_rate * gradient

    return update


def momentum(weights, learning_rate, decay=0.9):
    """Gradient descent with momentum 0.9."""
    velocities = [np.zeros_like(weight) for weight in weights]

    def update(gradients):
        for weight, velocity, gradient in zip(weights, velocities, gradients):
            velocity *= decay
            velocity -= learning_rate * gradient
            weight += velocity

    return update


def adam(weights, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Adam (Kingma & Ba 2014) with the constants of its authors."""
    means = [np.zeros_like(weight) for weight in weights]
    squares = [np.zeros_like(weight) for weight in weights]
    time_step = 0

    def update(gradients):
        nonlocal time_step
        time_step += 1
        rate = learning_rate * np.sqrt(1 - beta2**time_step) / (1 - beta1**time_step)
        for weight, mean, square, gradient in zip(weights, means, squares, gradients):
            mean += (1 - beta1) * (gradient - mean)
            square += (1 - beta2) * (gradient * gradient - square)
            weight -= np.float32(rate) * mean / (np.sqrt(square) + np.float32(epsilon))

    return update


OPTIMIZERS = {"sgd": sgd, "momentum": momentum, "adam": adam}


def train(
    weights,
    loss_and_gradients,
    row_count,
    rng,
    report,
    *,
    batch_size,
    steps,
    learning_rate,
    optimizer,
):
    """Take `steps` gradient steps on `weights`, in place.

    Some forty times the loss of a mini-batch is reported, and its accuracy where that is told.
    """
    update = OPTIMIZERS[optimizer](weights, learning_rate)
    every = max(1, steps // 40)
    for step, rows in enumerate(mini_batches(row_count, batch_size, steps, rng), start=1):
        loss, gradients, *accuracy = loss_and_gradients(rows)
        update(gradients)
        if step % every == 0 or step == steps:
            report(step, float(loss), *map(float, accuracy))


def glorot(rng, fan_in, fan_out):
    """Draw weights uniformly, scaled by both fans (Glorot & Bengio 2010)."""
    limit = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, (fan_in, fan_out)).astype(np.float32)


def softmax(scores):
    """Turn scores into probabilities, row by row."""
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def one_hot(labels, class_count, off=0.0):
    """Write each label as a row with a 1 at the label's place and `off` elsewhere."""
    rows = np.full((len(labels), class_count), off, dtype=np.float32)
    rows[np.arange(len(labels)), labels] = 1
    return rows
'''

SOFTMAX = '''
def softmax_regression(
    X_train, y_train, *, seed, report, learning_rate, batch_size, steps, optimizer
):
    """Multinomial logistic regression: one linear score a class, cross entropy as the loss."""
    rng = np.random.default_rng(seed)
    X, targets = X_train.astype(np.float32), one_hot(y_train, CLASS_COUNT)
    W = glorot(rng, X.shape[1], CLASS_COUNT)
    b = np.zeros(CLASS_COUNT, dtype=np.float32)

    def loss_and_gradients(rows):
        probabilities = softmax(X[rows] @ W + b)
        error = (probabilities - targets[rows]) / len(rows)
        loss = -np.mean(np.log(np.sum(probabilities * targets[rows], axis=1) + 1e-12))
        hits = probabilities.argmax(axis=1) == y_train[rows]
        return loss, [X[rows].T @ error, error.sum(axis=0)], hits.mean()

    train(
        [W, b],
        loss_and_gradients,
        len(X),
        rng,
        report,
        batch_size=batch_size,
        steps=steps,
        learning_rate=learning_rate,
        optimizer=optimizer,
    )
    scores = lambda X_new: softmax(X_new.astype(np.float32) @ W + b)
    return Fitted(lambda X_new: scores(X_new).argmax(axis=1), scores)
'''

LINEAR_THRESHOLD = '''
def linear_regression_classifier(
    X_train, y_train, *, seed, report, learning_rate, batch_size, steps, optimizer, threshold
):
    """Linear regression on 0/1 targets by mean squared error; the output is cut at a threshold.

    With more than two classes one output a class is fitted and the largest wins.
    """
    rng = np.random.default_rng(seed)
    X, targets = X_train.astype(np.float32), one_hot(y_train, CLASS_COUNT)
    if CLASS_COUNT == 2:
        targets = targets[:, 1:]
    W = glorot(rng, X.shape[1], targets.shape[1])
    b = np.zeros(targets.shape[1], dtype=np.float32)

    def labels_of(outputs):
        if CLASS_COUNT == 2:
            return (outputs[:, 0] >= threshold).astype(int)
        return outputs.argmax(axis=1)

    def loss_and_gradients(rows):
        outputs = X[rows] @ W + b
        error = outputs - targets[rows]
        slope = 2 * error / len(rows)
        hits = labels_of(outputs) == y_train[rows]
        return np.mean(error**2), [X[rows].T @ slope, slope.sum(axis=0)], hits.mean()

    train(
        [W, b],
        loss_and_gradients,
        len(X),
        rng,
        report,
        batch_size=batch_size,
        steps=steps,
        learning_rate=learning_rate,
        optimizer=optimizer,
    )
    outputs_of = lambda X_new: X_new.astype(np.float32) @ W + b
    scores = lambda X_new: outputs_of(X_new)[:, 0] if CLASS_COUNT == 2 else outputs_of(X_new)
    return Fitted(lambda X_new: labels_of(outputs_of(X_new)), scores)
'''

MLP = '''
ACTIVATIONS = {  # name: (function, its slope written with the function's value)
    "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(np.float32)),
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
}


def multilayer_perceptron(
    X_train,
    y_train,
    *,
    seed,
    report,
    hidden_layers,
    activation,
    dropout,
    learning_rate,
    batch_size,
    steps,
    optimizer,
):
    """A feed-forward network with softmax output and cross entropy as the loss."""
    rng = np.random.default_rng(seed)
    X, targets = X_train.astype(np.float32), one_hot(y_train, CLASS_COUNT)
    sizes = [X.shape[1], *hidden_layers, CLASS_COUNT]
    W = [glorot(rng, before, after) for before, after in zip(sizes, sizes[1:])]
    b = [np.zeros(size, dtype=np.float32) for size in sizes[1:]]
    activate, slope_of = ACTIVATIONS[activation]

    def forward(inputs, keep=1.0):
        layers, masks = [inputs], []
        for weight, bias in zip(W[:-1], b[:-1]):
            hidden = activate(layers[-1] @ weight + bias)
            mask = None
            if keep < 1:
                mask = (rng.random(hidden.shape, dtype=np.float32) < keep) / np.float32(keep)
                hidden = hidden * mask
            layers.append(hidden)
            masks.append(mask)
        return layers, masks, softmax(layers[-1] @ W[-1] + b[-1])

    def loss_and_gradients(rows):
        layers, masks, probabilities = forward(X[rows], keep=1 - dropout)
        loss = -np.mean(np.log(np.sum(probabilities * targets[rows], axis=1) + 1e-12))
        delta = (probabilities - targets[rows]) / np.float32(len(rows))
        W_slopes, b_slopes = [], []
        for layer in range(len(W) - 1, -1, -1):
            W_slopes.insert(0, layers[layer].T @ delta)
            b_slopes.insert(0, delta.sum(axis=0))
            if layer:
                mask = masks[layer - 1]
                undropped = (
                    layers[layer] if mask is None else layers[layer] * np.float32(1 - dropout)
                )
                delta = (delta @ W[layer].T) * slope_of(undropped)
                if mask is not None:
                    delta = delta * mask
        hits = probabilities.argmax(axis=1) == y_train[rows]
        return loss, W_slopes + b_slopes, hits.mean()

    train(
        W + b,
        loss_and_gradients,
        len(X),
        rng,
        report,
        batch_size=batch_size,
        steps=steps,
        learning_rate=learning_rate,
        optimizer=optimizer,
    )
    scores = lambda X_new: forward(X_new.astype(np.float32))[2]
    return Fitted(lambda X_new: scores(X_new).argmax(axis=1), scores)
'''

L2_SVM = '''
def squared_hinge(margins_of, signs, penalty, row_count, W):
    """The loss |w|^2 / 2n + C mean(max(0, 1 - y f)^2), and its slopes at f and at W."""
    slack = np.maximum(0, 1 - signs * margins_of)
    loss = penalty * np.mean(np.sum(slack**2, axis=1)) + 0.5 * np.sum(W * W) / row_count
    return (
        loss,
        -2 * penalty * signs * slack / np.float32(len(signs)),
        W / np.float32(row_count),
    )


def class_signs(labels):
    """Two classes: one column of -1 and +1; more: one column a class, one against the rest."""
    signs = one_hot(labels, CLASS_COUNT, off=-1.0)
    return signs[:, 1:] if CLASS_COUNT == 2 else signs


def from_margins(margins):
    """The label that the margins speak for."""
    return (margins[:, 0] >= 0).astype(int) if margins.shape[1] == 1 else margins.argmax(axis=1)


def l2_svm(X_train, y_train, *, seed, report, C, learning_rate, batch_size, steps, optimizer):
    """Linear support vector machine with the squared hinge loss (Tang 2013), by gradient steps."""
    rng = np.random.default_rng(seed)
    X, signs = X_train.astype(np.float32), class_signs(y_train)
    W = glorot(rng, X.shape[1], signs.shape[1])
    b = np.zeros(signs.shape[1], dtype=np.float32)

    def loss_and_gradients(rows):
        margins = X[rows] @ W + b
        loss, slope, W_decay = squared_hinge(margins, signs[rows], C, len(X), W)
        hits = from_margins(margins) == y_train[rows]
        return loss, [X[rows].T @ slope + W_decay, slope.sum(axis=0)], hits.mean()

    train(
        [W, b],
        loss_and_gradients,
        len(X),
        rng,
        report,
        batch_size=batch_size,
        steps=steps,
        learning_rate=learning_rate,
        optimizer=optimizer,
    )
    margins = lambda X_new: X_new.astype(np.float32) @ W + b
    return Fitted(
        lambda X_new: from_margins(margins(X_new)),
        lambda X_new: margins(X_new)[:, 0] if CLASS_COUNT == 2 else margins(X_new),
    )
'''

GRU_SVM = '''
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gru_svm(
    X_train,
    y_train,
    *,
    seed,
    report,
    cell_size,
    dropout,
    C,
    learning_rate,
    batch_size,
    steps,
    optimizer,
):
    """A gated recurrent unit that reads a row's features one by one; an L2-SVM on its last state.

    z = s([h, x] Wz), r = s([h, x] Wr), c = tanh([r h, x] Wc), h' = (1 - z) h + z c.
    """
    rng = np.random.default_rng(seed)
    X, signs = X_train.astype(np.float32), class_signs(y_train)
    W_gates = glorot(rng, cell_size + 1, 2 * cell_size)
    W_candidate = glorot(rng, cell_size + 1, cell_size)
    b_gates = np.zeros(2 * cell_size, dtype=np.float32)
    b_candidate = np.zeros(cell_size, dtype=np.float32)
    W_out = glorot(rng, cell_size, signs.shape[1])
    b_out = np.zeros(signs.shape[1], dtype=np.float32)
    keep = np.float32(1 - dropout)

    def forward(inputs, tape=None):
        state = np.zeros((len(inputs), cell_size), dtype=np.float32)
        for time_step in range(inputs.shape[1]):
            joined = np.hstack([state, inputs[:, time_step : time_step + 1]])
            gates = sigmoid(joined @ W_gates + b_gates)
            update, reset = gates[:, :cell_size], gates[:, cell_size:]
            gated = np.hstack([reset * state, inputs[:, time_step : time_step + 1]])
            candidate = np.tanh(gated @ W_candidate + b_candidate)
            if tape is not None:
                tape.append((state, joined, update, reset, gated, candidate))
            state = (1 - update) * state + update * candidate
        return state

    def loss_and_gradients(rows):
        tape = []
        state = forward(X[rows], tape)
        mask = (rng.random(state.shape, dtype=np.float32) < keep) / keep if dropout else 1
        dropped = state * mask
        margins = dropped @ W_out + b_out
        loss, slope, W_decay = squared_hinge(margins, signs[rows], C, len(X), W_out)
        slopes = [
            np.zeros_like(weight) for weight in (W_gates, b_gates, W_candidate, b_candidate)
        ]
        d_state = (slope @ W_out.T) * mask
        for before, joined, update, reset, gated, candidate in reversed(tape):
            d_candidate = d_state * update * (1 - candidate**2)
            d_gated = d_candidate @ W_candidate.T
            d_update = d_state * (candidate - before) * update * (1 - update)
            d_reset = d_gated[:, :cell_size] * before * reset * (1 - reset)
            d_gates = np.hstack([d_update, d_reset])
            slopes[0] += joined.T @ d_gates
            slopes[1] += d_gates.sum(axis=0)
            slopes[2] += gated.T @ d_candidate
            slopes[3] += d_candidate.sum(axis=0)
            d_state = (
                d_state * (1 - update)
                + d_gated[:, :cell_size] * reset
                + (d_gates @ W_gates.T)[:, :cell_size]
            )
        hits = from_margins(margins) == y_train[rows]
        return loss, [*slopes, dropped.T @ slope + W_decay, slope.sum(axis=0)], hits.mean()

    train(
        [W_gates, b_gates, W_candidate, b_candidate, W_out, b_out],
        loss_and_gradients,
        len(X),
        rng,
        report,
        batch_size=batch_size,
        steps=steps,
        learning_rate=learning_rate,
        optimizer=optimizer,
    )
    margins = lambda X_new: forward(X_new.astype(np.float32)) @ W_out + b_out
    return Fitted(
        lambda X_new: from_margins(margins(X_new)),
        lambda X_new: margins(X_new)[:, 0] if CLASS_COUNT == 2 else margins(X_new),
    )
'''
