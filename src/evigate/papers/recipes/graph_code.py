"""Notebook code of the graph convolutional network, in numpy and scipy."""

GCN = '''
def normalized(edges, count):
    """The adjacency with self-loops, scaled by the roots of both nodes' degrees."""
    ones = np.ones(edges.shape[1], dtype=np.float32)
    adjacency = csr_matrix((ones, (edges[0], edges[1])), shape=(count, count))
    adjacency = ((adjacency + adjacency.T) > 0).astype(np.float32)
    adjacency.setdiag(1)
    scale = diags(1 / np.sqrt(np.asarray(adjacency.sum(axis=1)).ravel()))
    return (scale @ adjacency @ scale).tocsr().astype(np.float32)


def graph_convolution(
    X_train,
    y_train,
    *,
    seed,
    report,
    hidden_units,
    dropout,
    weight_decay,
    learning_rate,
    epochs,
    patience,
):
    """A two-layer graph convolutional network (Kipf & Welling 2017), trained on all nodes at once.

    softmax(A relu(A X W0) W1), cross entropy on the training nodes, weight decay on W0 alone, Adam.
    Training stops early once the validation loss is above its mean over the last `patience` epochs;
    without validation nodes it goes on to the end.
    """
    rng = np.random.default_rng(seed)
    A, targets = normalized(EDGES, FEATURES.shape[0]), one_hot(y, CLASS_COUNT)
    sums = np.asarray(FEATURES.sum(axis=1)).ravel()
    X = (diags(1 / np.where(sums == 0, 1, sums)) @ FEATURES).tocsr().astype(np.float32)
    W0 = glorot(rng, X.shape[1], hidden_units)
    W1 = glorot(rng, hidden_units, CLASS_COUNT)
    update = adam([W0, W1], learning_rate)
    keep = np.float32(1 - dropout)

    def dropped(values):
        return values * (rng.random(values.shape, dtype=np.float32) < keep) / keep

    def forward(inputs, drop=lambda values: values):
        before = A @ (inputs @ W0)
        hidden = drop(np.maximum(before, 0))
        return before, hidden, softmax(A @ (hidden @ W1))

    def loss_of(probabilities, rows):
        chosen = np.sum(probabilities[rows] * targets[rows], axis=1)
        return float(-np.mean(np.log(chosen + 1e-12)) + weight_decay / 2 * np.sum(W0 * W0))

    losses = []
    for epoch in range(1, epochs + 1):
        inputs = X.copy()
        inputs.data = dropped(inputs.data)
        mask = None

        def drop(values):
            nonlocal mask
            mask = (rng.random(values.shape, dtype=np.float32) < keep) / keep
            return values * mask

        before, hidden, probabilities = forward(inputs, drop)
        error = np.zeros_like(probabilities)
        error[X_train] = (probabilities[X_train] - targets[X_train]) / len(X_train)
        back = A.T @ error
        d_hidden = (back @ W1.T) * mask * (before > 0)
        update([inputs.T @ (A.T @ d_hidden) + weight_decay * W0, hidden.T @ back])
        hits = probabilities[X_train].argmax(axis=1) == targets[X_train].argmax(axis=1)
        report(epoch, loss_of(probabilities, X_train), float(hits.mean()))
        if len(VALIDATION) and patience:
            losses.append(loss_of(forward(X)[2], VALIDATION))
            if epoch > patience and losses[-1] > np.mean(losses[-patience - 1 : -1]):
                break
    final = forward(X)[2]
    return Fitted(lambda nodes: final[nodes].argmax(axis=1), lambda nodes: final[nodes])
'''
