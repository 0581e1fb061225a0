"""Compiles phonetic.bin from the Nordic Dialect Corpus pairs.

usage: phonetic.py DATA OUT    (DATA: the folder with dialect/)
"""
import sys
import context_model
import model_file
import rewrite_model
from common import utterances


def ordinary(dialect, bokmal):
    """Pauses, masked names and unreadable stretches are no words."""
    return bool(bokmal) and not any(c in "#*…" for c in dialect + bokmal) and not dialect.strip("Xx") == ""


if __name__ == "__main__":
    train = utterances(sys.argv[1] + "/dialect/train.tsv.gz")
    candidates = context_model.Candidates(train, ordinary)
    context, _, _ = context_model.train(train, candidates, epochs=3)
    rewriter = rewrite_model.Rewriter(rewrite_model.training_pairs(candidates, most=100), epochs=3)
    model_file.write(sys.argv[2], candidates, context, rewriter, context_bits=18, rewrite_bits=18)
