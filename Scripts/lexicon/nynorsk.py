"""Compiles nynorsk.bin from counts of aligned word pairs.

usage: nynorsk.py DATA OUT    (DATA: the folder with nynorsk/ and lexicon/)
"""
import sys
import context_model
import model_file
import nynorsk_pairs
import rewrite_model
import word_forms


if __name__ == "__main__":
    data = sys.argv[1]
    forms = word_forms.collect(data)
    sentences = nynorsk_pairs.cleaned(
        nynorsk_pairs.aligned_sentences(data + "/nynorsk/nb-nn-train.tsv.gz"), forms, word_forms.BOKMAL)

    def keep(nynorsk, bokmal):
        # A word that is no Bokmål form cannot stand for itself: left out, it goes to the letter rules instead.
        if not nynorsk[0].isalpha():
            return False
        return nynorsk != bokmal or bool(forms.get(nynorsk, 0) & word_forms.BOKMAL)

    candidates = context_model.Candidates(sentences, keep)
    # No weights of context are trained: of these texts, whose rights are unclear, only counts and rules may ship.
    context, _, _ = context_model.train(sentences, candidates, epochs=0)
    usual = sorted((a, ranked[0][0], sum(n for _, n in ranked)) for a, ranked in candidates.table.items())
    pairs = [(a, b) for a, b, n in usual if len(a) > 3 and n < 100 and a.isalpha() and nynorsk_pairs.similarity(a, b) > 0.4
             and (a != b or forms.get(a, 0) & word_forms.NYNORSK)]
    rewriter = rewrite_model.Rewriter(pairs, epochs=4)
    model_file.write(sys.argv[2], candidates, context, rewriter, context_bits=16, rewrite_bits=16)
