"""Notebook code of the methods on texts: bags of words, naive Bayes, linear SVM, NB features.

The text below is shown to readers and executed in the sandbox. On texts `X` holds row numbers, and
a recipe turns the rows it is given into counts; words that no training row holds are left out.
"""

BAG_OF_WORDS = '''
COUNTED = {}


def words_of(text):
    """A text's tokens: what blanks part. The corpora come tokenised."""
    return text.split()


def count_words(ngrams):
    """Count, once and for all rows, the runs of up to `ngrams` words."""
    if ngrams not in COUNTED:
        vectorizer = CountVectorizer(
            tokenizer=words_of, token_pattern=None, lowercase=True, ngram_range=(1, ngrams)
        )
        COUNTED[ngrams] = vectorizer.fit_transform(TEXTS).astype(np.float64).tocsr()
    return COUNTED[ngrams]


def bag_of_words(train, *, ngrams, counting):
    """Return the training rows' features and a function that gives any rows theirs.

    Counting is "binary" (a word is there), "count", or "tfidf" with the training rows' shares.
    """
    counts = count_words(ngrams)
    seen = np.flatnonzero(np.asarray(counts[train].sum(axis=0)).ravel())
    idf = None
    if counting == "tfidf":
        holding = np.asarray((counts[train][:, seen] > 0).sum(axis=0)).ravel()
        idf = np.log((1 + len(train)) / (1 + holding)) + 1

    def features(rows):
        chosen = counts[rows][:, seen]
        if counting == "binary":
            chosen = (chosen > 0).astype(np.float64)
        return chosen if idf is None else normalize(chosen.multiply(idf).tocsr())

    return features(train), features
'''

TEXT_NAIVE_BAYES = '''
def text_naive_bayes(X_train, y_train, *, seed, report, ngrams, counting, alpha):
    """Multinomial naive Bayes on words, from scikit-learn."""
    counts, features = bag_of_words(X_train, ngrams=ngrams, counting=counting)
    model = MultinomialNB(alpha=alpha).fit(counts, y_train)
    return Fitted(
        lambda rows: model.predict(features(rows)),
        lambda rows: model.predict_proba(features(rows)),
    )
'''

TEXT_LINEAR_SVM = '''
def text_linear_svm(X_train, y_train, *, seed, report, ngrams, counting, C):
    """Linear support vector machine on words, from scikit-learn (LIBLINEAR, squared hinge)."""
    counts, features = bag_of_words(X_train, ngrams=ngrams, counting=counting)
    model = LinearSVC(C=C, random_state=seed).fit(counts, y_train)
    return Fitted(
        lambda rows: model.predict(features(rows)),
        lambda rows: model.decision_function(features(rows)),
    )
'''

TEXT_LOGISTIC = '''
def text_logistic_regression(X_train, y_train, *, seed, report, ngrams, counting, C):
    """Logistic regression on words, from scikit-learn."""
    counts, features = bag_of_words(X_train, ngrams=ngrams, counting=counting)
    model = LogisticRegression(C=C, max_iter=2000).fit(counts, y_train)
    return Fitted(
        lambda rows: model.predict(features(rows)),
        lambda rows: model.predict_proba(features(rows)),
    )
'''

TEXT_NBSVM = '''
def text_nbsvm(X_train, y_train, *, seed, report, ngrams, counting, alpha, C, beta):
    """A linear SVM on words times their naive Bayes log-count ratios (Wang & Manning 2012).

    The weights are drawn towards their mean size by `beta`. The ratios' scale is the features', so
    the intercept, whose feature is the constant 1, is drawn the same way; left as it is, it would
    weigh four times as much as the words, and rare classes would win.
    """
    assert CLASS_COUNT == 2, "log-count ratios are of two classes"
    counts, features = bag_of_words(X_train, ngrams=ngrams, counting=counting)
    present = alpha + np.asarray(counts[y_train == 1].sum(axis=0)).ravel()
    absent = alpha + np.asarray(counts[y_train == 0].sum(axis=0)).ravel()
    ratios = np.log((present / present.sum()) / (absent / absent.sum()))
    model = LinearSVC(C=C, random_state=seed).fit(counts.multiply(ratios).tocsr(), y_train)
    size = np.abs(model.coef_).mean()
    slopes = ((1 - beta) * size + beta * model.coef_.ravel()) * ratios
    intercept = beta * model.intercept_[0]
    scores = lambda rows: features(rows) @ slopes + intercept
    return Fitted(lambda rows: (scores(rows) >= 0).astype(int), scores)
'''
