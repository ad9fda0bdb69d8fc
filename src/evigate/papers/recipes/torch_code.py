"""Notebook code of networks that need PyTorch, which the extra `torch` brings; on the CPU alone."""

TEXT_CNN = '''
def text_cnn(
    X_train, y_train, *, seed, report, embedding_size, filters, dropout, batch_size, epochs
):
    """A convolution over word embeddings that begin at random (Kim 2014, CNN-rand).

    Windows of three, four and five words, each with `filters` features, the largest of each kept,
    dropout, a softmax layer whose rows are held to length 3, Adadelta.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    rng = np.random.default_rng(seed)
    known = {}
    for row in X_train:
        for word in TEXTS[row].split():
            known.setdefault(word, len(known) + 1)

    def numbers(rows):
        lists = [[known.get(word, 0) for word in TEXTS[row].split()] for row in rows]
        width = max(5, max(map(len, lists)))
        return torch.tensor([each + [0] * (width - len(each)) for each in lists])

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = torch.nn.Embedding(len(known) + 1, embedding_size, padding_idx=0)
            torch.nn.init.uniform_(self.embedding.weight, -0.25, 0.25)
            self.windows = torch.nn.ModuleList(
                torch.nn.Conv1d(embedding_size, filters, size) for size in (3, 4, 5)
            )
            self.dropout = torch.nn.Dropout(dropout)
            self.out = torch.nn.Linear(3 * filters, CLASS_COUNT)

        def forward(self, words):
            vectors = self.embedding(words).transpose(1, 2)
            kept = [torch.relu(window(vectors)).amax(dim=2) for window in self.windows]
            return self.out(self.dropout(torch.cat(kept, dim=1)))

    network = Network()
    optimizer = torch.optim.Adadelta(network.parameters(), lr=1.0, rho=0.95, eps=1e-6)
    loss_of = torch.nn.CrossEntropyLoss()
    step, steps = 0, epochs * -(-len(X_train) // batch_size)
    for _ in range(epochs):
        network.train()
        order = rng.permutation(len(X_train))
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            optimizer.zero_grad()
            found, wanted = network(numbers(X_train[rows])), torch.tensor(y_train[rows])
            loss = loss_of(found, wanted)
            loss.backward()
            optimizer.step()
            with torch.no_grad():
                network.out.weight.renorm_(2, 0, 3.0)
            step += 1
            if step % max(1, steps // 40) == 0:
                hits = (found.argmax(dim=1) == wanted).float().mean()
                report(step, float(loss.detach()), float(hits))
    network.eval()

    def scores(rows):
        with torch.no_grad():
            parts = [network(numbers(rows[i : i + 500])) for i in range(0, len(rows), 500)]
        return torch.softmax(torch.cat(parts), dim=1).numpy()

    return Fitted(lambda rows: scores(rows).argmax(axis=1), scores)
'''

TEXT_EMBEDDING_BAG = '''
def text_embedding_bag(
    X_train, y_train, *, seed, report, embedding_size, ngrams, learning_rate, batch_size, epochs
):
    """The mean of word and n-gram embeddings, and a softmax layer on it (Joulin et al. 2016).

    N-grams are hashed into two million places, and the learning rate falls to nought in a line.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    places = 2_000_003

    def place_of(words):
        return zlib.crc32(" ".join(words).encode()) % places

    def lists(rows):
        for row in rows:
            words = TEXTS[row].split() or [""]
            yield [
                place_of(words[i : i + size])
                for size in range(1, ngrams + 1)
                for i in range(len(words) - size + 1)
            ] or [0]

    def bags(rows):
        parts = list(lists(rows))
        starts = np.cumsum([0, *map(len, parts[:-1])])
        return torch.tensor([place for part in parts for place in part]), torch.tensor(starts)

    embedding = torch.nn.EmbeddingBag(places, embedding_size, mode="mean", sparse=True)
    torch.nn.init.uniform_(embedding.weight, -1 / embedding_size, 1 / embedding_size)
    out = torch.nn.Linear(embedding_size, CLASS_COUNT)
    torch.nn.init.zeros_(out.weight)
    optimizer = torch.optim.SGD([*embedding.parameters(), *out.parameters()], lr=learning_rate)
    loss_of = torch.nn.CrossEntropyLoss()
    step, steps = 0, epochs * -(-len(X_train) // batch_size)
    for _ in range(epochs):
        order = rng.permutation(len(X_train))
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            for group in optimizer.param_groups:
                group["lr"] = learning_rate * (1 - step / steps)
            optimizer.zero_grad()
            loss = loss_of(out(embedding(*bags(X_train[rows]))), torch.tensor(y_train[rows]))
            loss.backward()
            optimizer.step()
            step += 1
            if step % max(1, steps // 40) == 0:
                report(step, float(loss.detach()))

    def scores(rows):
        with torch.no_grad():
            return torch.softmax(out(embedding(*bags(rows))), dim=1).numpy()

    return Fitted(lambda rows: scores(rows).argmax(axis=1), scores)
'''

SMALL_RESNET = '''
def small_resnet(
    X_train, y_train, *, seed, report, width, blocks, learning_rate, momentum, weight_decay,
    batch_size, epochs
):
    """A small residual network on images (He et al. 2016, the form of section 4.2).

    A 3x3 convolution, then three stages of `blocks` residual blocks with `width`, twice and four
    times as many features, each stage after the first at half the resolution; shortcuts without
    weights, the mean over the image, a softmax layer. Rows are square images of one channel, or of
    three, channel by channel. The learning rate falls to a tenth at half and three quarters.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    rng = np.random.default_rng(seed)
    channels = 3 if round((X_train.shape[1] / 3) ** 0.5) ** 2 * 3 == X_train.shape[1] else 1
    side = round((X_train.shape[1] / channels) ** 0.5)
    if channels * side * side != X_train.shape[1]:
        raise ValueError(f"{X_train.shape[1]} features are no square image")
    middle, spread = X_train.mean(), X_train.std() + 1e-8

    def images(X):
        scaled = ((X - middle) / spread).astype(np.float32)
        return torch.from_numpy(scaled.reshape(len(X), channels, side, side))

    class Block(torch.nn.Module):
        def __init__(self, given, made, stride):
            super().__init__()
            self.first = torch.nn.Conv2d(given, made, 3, stride, 1, bias=False)
            self.second = torch.nn.Conv2d(made, made, 3, 1, 1, bias=False)
            self.norms = torch.nn.ModuleList(torch.nn.BatchNorm2d(made) for _ in range(2))
            self.stride, self.more = stride, made - given

        def forward(self, x):
            found = torch.relu(self.norms[0](self.first(x)))
            found = self.norms[1](self.second(found))
            kept = x[:, :, :: self.stride, :: self.stride]
            return torch.relu(found + torch.nn.functional.pad(kept, (0, 0, 0, 0, 0, self.more)))

    layers = [
        torch.nn.Conv2d(channels, width, 3, 1, 1, bias=False),
        torch.nn.BatchNorm2d(width),
        torch.nn.ReLU(),
    ]
    given = width
    for stage in range(3):
        made = width * 2**stage
        for index in range(blocks):
            layers.append(Block(given, made, 2 if stage and not index else 1))
            given = made
    layers += [torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()]
    layers.append(torch.nn.Linear(given, CLASS_COUNT))
    network = torch.nn.Sequential(*layers)
    for module in network.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    optimizer = torch.optim.SGD(
        network.parameters(), lr=learning_rate, momentum=momentum, weight_decay=weight_decay
    )
    loss_of = torch.nn.CrossEntropyLoss()
    step, steps = 0, epochs * -(-len(X_train) // batch_size)
    for _ in range(epochs):
        network.train()
        order = rng.permutation(len(X_train))
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            tenths = (step >= steps / 2) + (step >= 3 * steps / 4)
            for group in optimizer.param_groups:
                group["lr"] = learning_rate * 0.1**tenths
            optimizer.zero_grad()
            found, wanted = network(images(X_train[rows])), torch.tensor(y_train[rows])
            loss = loss_of(found, wanted)
            loss.backward()
            optimizer.step()
            step += 1
            if step % max(1, steps // 40) == 0:
                hits = (found.argmax(dim=1) == wanted).float().mean()
                report(step, float(loss.detach()), float(hits))
    network.eval()

    def scores(X):
        with torch.no_grad():
            parts = [network(images(X[i : i + 500])) for i in range(0, len(X), 500)]
        return torch.softmax(torch.cat(parts), dim=1).numpy()

    return Fitted(lambda X: scores(X).argmax(axis=1), scores)
'''
