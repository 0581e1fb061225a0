"""Groups of words that stand in like company: positive pointwise mutual information with the words within two places (Levy,
Goldberg and Dagan 2015), reduced to 60 dimensions, then spherical k-means at two grains. Only the groups are kept."""
import gzip
from collections import Counter
import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import svds
from name_features import fold, tokens

CONTEXTS, DIMENSIONS, RAREST, FINE, COARSE = 3000, 60, 4, 250, 60


def lines(path):
    with gzip.open(path, 'rt', encoding='utf-8') as file:
        for line in file: yield line.rstrip('\n').split('\t')


def columns(path, column):
    current = []
    for fields in lines(path):
        if len(fields) < 2:
            yield current
            current = []
        else: current.append(form(fields[column]))


def form(word):
    word = fold(word)
    return '0' if word.isdigit() else word


def sentences(data):
    yield from columns(f'{data}/dialect/train.tsv.gz', 1)
    for sides in lines(f'{data}/nynorsk/nb-nn-train.tsv.gz'):
        for side in sides[:2]: yield [form(t.text) for t in tokens(side)]
    for language in ('nob', 'nno'): yield from columns(f'{data}/ner/{language}-train.tsv.gz', 0)


def k_means(points, k, weight, seed):
    rng = np.random.default_rng(seed)
    centres = points[rng.choice(len(points), k, replace=False, p=weight / weight.sum())]
    for _ in range(25):
        nearest = (points @ centres.T).argmax(1)
        for j in range(k):
            own = nearest == j
            if own.any():
                centres[j] = (points[own] * weight[own, None]).sum(0)
                centres[j] /= np.linalg.norm(centres[j]) + 1e-9
    return (points @ centres.T).argmax(1)


def clusters(data, seed):
    """{lower-case word: fine cluster << 8 | coarse cluster}, both from 1."""
    text = list(sentences(data))
    counts = Counter(word for sentence in text for word in sentence)
    words = sorted((w for w in counts if counts[w] >= RAREST), key=lambda w: (-counts[w], w))
    ids = {w: i for i, w in enumerate(words)}
    rows, columns = [], []
    for sentence in text:
        line = [CONTEXTS] + [ids.get(w, -1) for w in sentence] + [CONTEXTS]
        for i in range(1, len(line) - 1):
            if line[i] < 0: continue
            for place, offset in enumerate((-2, -1, 1, 2)):
                j = i + offset
                if not 0 <= j < len(line): continue
                edge = j in (0, len(line) - 1)
                if edge or 0 <= line[j] < CONTEXTS:
                    rows.append(line[i]); columns.append(place * (CONTEXTS + 1) + line[j])
    together = sparse.coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(words), 4 * (CONTEXTS + 1))).tocsr()
    word, context = np.asarray(together.sum(1)).ravel() + 1e-9, np.asarray(together.sum(0)).ravel() ** 0.75
    cells = together.tocoo()
    information = np.log(np.maximum(cells.data * context.sum() / (word[cells.row] * context[cells.col]), 1))
    left, size, _ = svds(sparse.csr_matrix((information, (cells.row, cells.col)), shape=together.shape), k=DIMENSIONS, v0=np.ones(min(together.shape)))
    points = left * np.sqrt(size)
    points /= np.linalg.norm(points, axis=1, keepdims=True) + 1e-9
    weight = np.sqrt([counts[w] for w in words])
    fine, coarse = k_means(points, FINE, weight, seed), k_means(points, COARSE, weight, seed)
    return {w: int(fine[i] + 1) << 8 | int(coarse[i] + 1) for i, w in enumerate(words)}
