"""A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001) over BIOES labels, trained by AdaGrad (Duchi,
Hazan and Singer 2011) with lazy L1 and L2 shrinking. Weights exist only for pairs of feature and label seen in training."""
import numpy as np
from numba import njit, prange

TYPES = 8
LABELS = 1 + 4 * TYPES  # O, then B I E S of each type
B, I, E, S = range(4)


def label(place, kind): return 1 + 4 * kind + place


def allowed():
    """[from, to]: which label may follow which; row and column LABELS are the ends of the sequence."""
    ok = np.zeros((LABELS + 1, LABELS + 1), bool)
    for a in range(LABELS + 1):
        inside = a not in (0, LABELS) and (a - 1) % 4 in (B, I)
        for b in range(LABELS + 1):
            continues = b not in (0, LABELS) and (b - 1) % 4 in (I, E)
            ok[a, b] = inside == continues and (not inside or (a - 1) // 4 == (b - 1) // 4)
    return ok


def encode(spans, length):
    """Labels of a sequence with (start, end, kind) spans."""
    y = np.zeros(length, np.int32)
    for a, b, k in spans:
        if b - a == 1: y[a] = label(S, k); continue
        y[a], y[b - 1] = label(B, k), label(E, k)
        for i in range(a + 1, b - 1): y[i] = label(I, k)
    return y


def decode(y):
    out, start = [], None
    for i, l in enumerate(y):
        if l == 0: start = None; continue
        place, kind = (l - 1) % 4, (l - 1) // 4
        if place == S: out.append((i, i + 1, kind))
        elif place == B: start = i
        elif place == E and start is not None: out.append((start, i + 1, kind)); start = None
    return out


@njit(cache=True)
def scores(F, a, b, first, table, out):
    for i in range(a, b):
        out[i - a, :] = 0
        for t in range(F.shape[1]):
            f = F[i, t]
            if f < 0: continue
            for p in range(first[f], first[f + 1]): out[i - a, int(table[p, 3])] += table[p, 0]


@njit(cache=True, fastmath=True)
def forward_backward(em, n, T, alpha, beta, marg, ahead):
    """Scaled forward and backward passes; returns log Z. T is exp(transition) with zeros where a step is not allowed; its last
    row and column are the ends. ahead[i] is what comes after label l at i - 1, divided so that alpha[i - 1] T ahead[i] sums to 1."""
    L = em.shape[1]
    logz = 0.0
    for i in range(n):
        m = em[i].max()
        logz += m
        for l in range(L): ahead[i, l] = np.exp(em[i, l] - m)
        if i == n - 1:
            for l in range(L): ahead[i, l] *= T[l, L]
        if i == 0:
            for l in range(L): alpha[0, l] = T[L, l] * ahead[0, l]
        else:
            for l in range(L): alpha[i, l] = 0
            for k in range(L):
                v = alpha[i - 1, k]
                if v > 1e-7:
                    for l in range(L): alpha[i, l] += v * T[k, l]
            for l in range(L): alpha[i, l] *= ahead[i, l]
        total = 0.0
        for l in range(L): total += alpha[i, l]
        logz += np.log(total)
        for l in range(L): alpha[i, l] /= total
    for l in range(L): beta[n - 1, l] = 1.0; marg[n - 1, l] = alpha[n - 1, l]
    for i in range(n - 1, 0, -1):
        for l in range(L): ahead[i, l] *= beta[i, l]
        total = 0.0
        for k in range(L):
            v = 0.0
            if alpha[i - 1, k] > 1e-7:
                for l in range(L): v += T[k, l] * ahead[i, l]
            beta[i - 1, k] = v
            marg[i - 1, k] = alpha[i - 1, k] * v
            total += marg[i - 1, k]
        for k in range(L):
            marg[i - 1, k] /= total; beta[i - 1, k] /= total; ahead[i, k] /= total
    return logz


@njit(cache=True)
def epoch(F, Y, spans, order, first, table, trans, tg, ok, step0, eta, l1, l2, drop, seed):
    """table: weight, squared gradients, last step, label."""
    np.random.seed(seed)
    L = trans.shape[0] - 1
    longest = 0
    for s in range(len(spans)): longest = max(longest, spans[s, 1] - spans[s, 0])
    shape = (longest, L)
    em = np.empty(shape); alpha = np.empty(shape); beta = np.empty(shape); marg = np.empty(shape); ahead = np.empty(shape)
    T = np.zeros((L + 1, L + 1))
    step = step0
    loss = 0.0
    scale = 1.0 / (1.0 - drop)
    for q in range(len(order)):
        a, b = spans[order[q], 0], spans[order[q], 1]
        n = b - a
        step += 1
        if q % 8 == 0:
            for k in range(L + 1):
                for l in range(L + 1): T[k, l] = np.exp(trans[k, l]) if ok[k, l] else 0.0
        keep = np.random.random((n, F.shape[1])) >= drop
        for i in range(a, b):
            for l in range(L): em[i - a, l] = 0
            for t in range(F.shape[1]):
                f = F[i, t]
                if f < 0 or not keep[i - a, t]: continue
                for p in range(first[f], first[f + 1]):
                    w = table[p, 0]
                    if w != 0.0:
                        rate = eta / np.sqrt(table[p, 1] + 1e-8) * (step - table[p, 2])
                        v = w * (1.0 - min(l2 * rate, 1.0))
                        r = l1 * rate
                        w = v - r if v > r else v + r if v < -r else 0.0
                        table[p, 0] = w
                        em[i - a, int(table[p, 3])] += w * scale
                    table[p, 2] = step
        logz = forward_backward(em, n, T, alpha, beta, marg, ahead)
        score = trans[L, Y[a]] + trans[Y[b - 1], L]
        for i in range(a, b):
            score += em[i - a, Y[i]]
            if i > a: score += trans[Y[i - 1], Y[i]]
        loss += logz - score
        for i in range(n):
            for l in range(L): em[i, l] = marg[i, l] - (1.0 if l == Y[a + i] else 0.0)  # the gradient from here on
        for i in range(a, b):
            for t in range(F.shape[1]):
                f = F[i, t]
                if f < 0 or not keep[i - a, t]: continue
                for p in range(first[f], first[f + 1]):
                    d = em[i - a, int(table[p, 3])]
                    if d > 1e-3 or d < -1e-3:
                        d *= scale
                        table[p, 1] += d * d
                        table[p, 0] -= eta * d / np.sqrt(table[p, 1] + 1e-8)
        gt = np.zeros((L + 1, L + 1))
        for l in range(L):
            gt[L, l] += marg[0, l]; gt[l, L] += marg[n - 1, l]
        gt[L, Y[a]] -= 1; gt[Y[b - 1], L] -= 1
        for i in range(1, n):
            for k in range(L):
                v = alpha[i - 1, k]
                if v > 1e-4:
                    for l in range(L): gt[k, l] += v * T[k, l] * ahead[i, l]
            gt[Y[a + i - 1], Y[a + i]] -= 1
        for k in range(L + 1):
            for l in range(L + 1):
                d = gt[k, l]
                if ok[k, l] and (d > 1e-4 or d < -1e-4):
                    tg[k, l] += d * d
                    trans[k, l] -= eta * d / np.sqrt(tg[k, l] + 1e-8)
    return loss, step


@njit(cache=True)
def predict(F, spans, first, table, trans, ok, path, outside):
    """The best path (Viterbi) into `path`, and the probability of O into `outside`."""
    L = trans.shape[0] - 1
    longest = 0
    for s in range(len(spans)): longest = max(longest, spans[s, 1] - spans[s, 0])
    shape = (longest, L)
    em = np.empty(shape); alpha = np.empty(shape); beta = np.empty(shape); marg = np.empty(shape); ahead = np.empty(shape)
    T = np.zeros((L + 1, L + 1))
    for k in range(L + 1):
        for l in range(L + 1): T[k, l] = np.exp(trans[k, l]) if ok[k, l] else 0.0
    back = np.zeros((longest, L), np.int32)
    for s in range(len(spans)):
        a, b = spans[s, 0], spans[s, 1]
        n = b - a
        scores(F, a, b, first, table, em)
        v = np.empty(L)
        for l in range(L): v[l] = em[0, l] + trans[L, l] if ok[L, l] else -1e30
        for i in range(1, n):
            u = np.empty(L)
            for l in range(L):
                best, who = -1e30, 0
                for k in range(L):
                    if ok[k, l] and v[k] + trans[k, l] > best: best, who = v[k] + trans[k, l], k
                u[l] = best + em[i, l]; back[i, l] = who
            v = u
        best, who = -1e30, 0
        for l in range(L):
            if ok[l, L] and v[l] + trans[l, L] > best: best, who = v[l] + trans[l, L], l
        for i in range(n - 1, -1, -1):
            path[a + i] = who
            who = back[i, who]
        forward_backward(em, n, T, alpha, beta, marg, ahead)
        for i in range(n): outside[a + i] = marg[i, 0]


@njit(cache=True)
def beliefs(F, spans, first, table, trans, ok, out):
    """The probability of each type, whatever its place, into `out` [tokens, types]."""
    L = trans.shape[0] - 1
    longest = 0
    for s in range(len(spans)): longest = max(longest, spans[s, 1] - spans[s, 0])
    shape = (longest, L)
    em = np.empty(shape); alpha = np.empty(shape); beta = np.empty(shape); marg = np.empty(shape); ahead = np.empty(shape)
    T = np.zeros((L + 1, L + 1))
    for k in range(L + 1):
        for l in range(L + 1): T[k, l] = np.exp(trans[k, l]) if ok[k, l] else 0.0
    for s in range(len(spans)):
        a, n = spans[s, 0], spans[s, 1] - spans[s, 0]
        scores(F, a, spans[s, 1], first, table, em)
        forward_backward(em, n, T, alpha, beta, marg, ahead)
        for i in range(n):
            for l in range(1, L): out[a + i, (l - 1) // 4] += marg[i, l]


class Model:
    def __init__(self, F, Y, mask):
        """F: feature ids [tokens, templates] (-1 none), Y: labels. Weights for the pairs of feature and label that occur, and for
        O with every feature."""
        count = int(F.max()) + 1
        rows = F[mask]
        ys = np.repeat(Y[mask][:, None], F.shape[1], 1)
        keys = (rows.astype(np.int64) * LABELS + ys)[rows >= 0]
        keys = np.unique(np.concatenate([np.unique(keys), np.arange(count, dtype=np.int64) * LABELS]))
        self.first = np.searchsorted(keys // LABELS, np.arange(count + 1)).astype(np.int64)
        self.table = np.zeros((len(keys), 4), np.float32)
        self.table[:, 3] = keys % LABELS
        self.ok = allowed()
        self.trans = np.zeros((LABELS + 1, LABELS + 1)); self.tg = np.zeros_like(self.trans)
        self.step = 0

    def train(self, F, Y, spans, epochs, eta=0.1, l1=1e-6, l2=1e-5, drop=0.1, seed=1, told=None):
        rng = np.random.default_rng(seed)
        for e in range(epochs):
            rate = eta * (1.0 if e < epochs * 0.6 else 0.3 if e < epochs * 0.85 else 0.1)
            loss, self.step = epoch(F, Y, spans, rng.permutation(len(spans)), self.first, self.table, self.trans, self.tg, self.ok,
                                    self.step, rate, l1, l2, drop, seed + e)
            if told: told(e, loss / len(spans))

    def predict(self, F, spans):
        path = np.zeros(F.shape[0], np.int32); outside = np.ones(F.shape[0])
        predict(F, spans, self.first, self.table, self.trans, self.ok, path, outside)
        return path, outside

    def marginals(self, F, spans):
        path, _ = self.predict(F, spans)
        out = np.zeros((F.shape[0], TYPES))
        beliefs(F, spans, self.first, self.table, self.trans, self.ok, out)
        return path, out
